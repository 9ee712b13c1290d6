"""Pictures, albums, files, places and people on the chat page, both ways."""

import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import expect

from bot.simulator.server import Simulator
from tests.browser.scripted import BILAL, OpenPage, ScriptedBot, hook

pytestmark = pytest.mark.asyncio(loop_scope="session")


def png(width: int, height: int) -> bytes:
    """Return a blue PNG picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + b"\x10\x90\xc0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


async def test_a_picture_of_the_bot_is_shown_and_opens(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.send_file("sendPhoto", "photo", "map.png", png(320, 200), chat_id=BILAL, caption="The map")
    picture = page.locator(f"{hook('tile')} img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("async one => { await one.decode(); return one.naturalWidth; }") == 320
    await picture.click()
    await expect(page.locator(f"{hook('picture')} img")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator(hook("picture"))).to_have_count(0)


async def test_chosen_photos_go_as_one_album_with_a_caption(
    open_page: OpenPage, bot: ScriptedBot, tmp_path: Path
) -> None:
    paths = [tmp_path / f"{number}.png" for number in range(4)]
    for path in paths:
        path.write_bytes(png(60, 40))
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await page.click(hook("attach"))
    async with page.expect_file_chooser() as chooser:
        await page.click(hook("menu-photos"))
    await (await chooser.value).set_files(paths)
    await page.fill(hook("caption"), "My passport")
    await page.click(hook("send-files"))
    await bot.hear("message")
    heard = [await bot.hear("message") for _ in paths]
    assert len({one["media_group_id"] for one in heard}) == 1
    assert [one.get("caption") for one in heard] == ["My passport", None, None, None]
    assert all("photo" in one for one in heard)
    album = page.locator(hook("album"))
    await expect(album.locator(hook("tile"))).to_have_count(4)
    await expect(page.locator(hook("message"))).to_have_count(2)
    tops = await album.locator(hook("tile")).evaluate_all("all => all.map(one => one.offsetTop)")
    assert tops[0] == tops[1] < tops[2] == tops[3]


async def test_photos_sent_as_files_stay_what_they_were(
    open_page: OpenPage, bot: ScriptedBot, tmp_path: Path
) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(png(30, 30))
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await page.click(hook("attach"))
    async with page.expect_file_chooser() as chooser:
        await page.click(hook("menu-document"))
    await (await chooser.value).set_files(path)
    await expect(page.locator(hook("as-files"))).to_be_checked()
    await page.click(hook("send-files"))
    await bot.hear("message")
    document = (await bot.hear("message"))["document"]
    assert (document["file_name"], document["file_size"]) == ("scan.png", path.stat().st_size)


async def test_a_document_is_downloaded_whole_under_its_name(open_page: OpenPage, bot: ScriptedBot) -> None:
    sheet = "код,текст\nKH-7F3M-2Q,سوال\n".encode() * 500
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.send_file("sendDocument", "document", "өтініш سوال.csv", sheet, chat_id=BILAL)
    await expect(page.locator(hook("document"))).to_contain_text("өтініш سوال.csv")
    async with page.expect_download() as download:
        await page.click(hook("document"))
    saved = await download.value
    assert saved.suggested_filename == "өтініш سوال.csv"
    assert Path(await saved.path()).read_bytes() == sheet


async def test_samples_are_real_files(open_page: OpenPage, bot: ScriptedBot, simulator: Simulator) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    for choice in ("menu-sample-album", "menu-voice"):
        await page.click(hook("attach"))
        await page.click(hook(choice))
    await bot.hear("message")
    heard = [await bot.hear("message") for _ in range(4)]
    voice = next(one for one in heard if "voice" in one)["voice"]
    stored = simulator.world.files.get(voice["file_id"])
    assert stored is not None
    assert stored.data.startswith(b"OggS")
    player = page.locator(f"{hook('message')} audio")
    length = "one => new Promise(done => { one.onloadedmetadata = () => done(one.duration); one.load(); })"
    assert abs(await player.evaluate(length) - 3) < 0.1
    pictures = page.locator(f"{hook('album')} img")
    await expect(pictures).to_have_count(3)
    assert (
        await pictures.first.evaluate("async one => { await one.decode(); return one.naturalWidth; }") == 960
    )


async def test_own_contact_and_a_place_are_sent(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    for choice in ("menu-contact", "menu-location"):
        await page.click(hook("attach"))
        await page.click(hook(choice))
    await bot.hear("message")
    heard = [await bot.hear("message") for _ in range(2)]
    assert {"contact", "location"} == {key for one in heard for key in one if key in {"contact", "location"}}
    await expect(page.locator(hook("location"))).to_contain_text("31.52040, 74.35870")
    await expect(page.locator(hook("contact"))).to_be_visible()


async def test_a_venue_is_a_card_with_a_drawn_map(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.call(
        "sendVenue",
        chat_id=BILAL,
        latitude=31.5497,
        longitude=74.3436,
        title="Kazakhstan House",
        address="Lahore",
    )
    card = page.locator(hook("location"))
    await expect(card).to_contain_text("Kazakhstan House")
    await expect(card.locator("svg.map")).to_be_visible()


async def test_players_may_seek(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    sent = await bot.send_file("sendVoice", "voice", "v.ogg", b"OggS" + bytes(range(100)), chat_id=BILAL)
    fetched = await page.evaluate(
        """async id => {
            const answer = await fetch(`/page/file/${id}`, { headers: { Range: "bytes=4-7" } });
            const bytes = [...new Uint8Array(await answer.arrayBuffer())];
            return [answer.status, answer.headers.get("Content-Range"), bytes];
        }""",
        sent["voice"]["file_id"],
    )
    assert fetched == [206, "bytes 4-7/104", [0, 1, 2, 3]]


async def test_files_of_one_album_keep_their_own_captions(open_page: OpenPage, simulator: Simulator) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    items = [{"kind": "document", "data": b"1", "name": f"{n}.pdf", "caption": f"page {n}"} for n in (1, 2)]
    simulator.world.actions.send_album(BILAL, BILAL, items)
    album = page.locator(hook("album"))
    await expect(album.locator(hook("document"))).to_have_count(2)
    await expect(album.locator(".line")).to_have_text(["page 1", "page 2"])


async def test_files_dropped_on_the_chat_are_offered_for_sending(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await expect(page.locator(hook("composer"))).to_be_visible()
    carried = await page.evaluate_handle(
        """() => {
            const carried = new DataTransfer();
            carried.items.add(new File(["a,b"], "list.csv", { type: "text/csv" }));
            return carried;
        }"""
    )
    await page.dispatch_event("#chat-pane", "drop", {"dataTransfer": carried})
    await page.click(hook("send-files"))
    await bot.hear("message")
    assert (await bot.hear("message"))["document"]["file_name"] == "list.csv"
