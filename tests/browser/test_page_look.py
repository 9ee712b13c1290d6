"""What the page looks like: direction of lines, formatting, narrow screens, light and dark."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.scripted import AYESHA, BILAL, SANA, STAFF_GROUP, OpenPage, ScriptedBot, hook

pytestmark = pytest.mark.asyncio(loop_scope="session")

FSI, PDI, RLM = "\u2068", "\u2069", "\u200f"
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}

WIDEST = """() => Math.max(...[...document.querySelectorAll("body *")]
    .filter(one => !one.closest("pre, svg, .out-of-sight"))
    .map(one => one.getBoundingClientRect().right))"""
CONTRAST = """one => {
    const parts = colour => colour.match(/[\\d.]+/g).map(Number);
    const linear = v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    const weights = [0.2126, 0.7152, 0.0722];
    const light = rgb => weights.reduce((sum, weight, index) => sum + weight * linear(rgb[index] / 255), 0);
    let at = one, ground = [0, 0, 0, 0];
    while (at && ground.length > 3 && ground[3] < 0.5) {
        ground = parts(getComputedStyle(at).backgroundColor);
        at = at.parentElement;
    }
    const [a, b] = [light(parts(getComputedStyle(one).color)), light(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
}"""

LINES = [
    ("قازقستان ہاؤس لاہور", "rtl"),
    ("Kazakhstan House", "ltr"),
    ("Сәлеметсіз бе", "ltr"),
    (f"{FSI}Air Astana{PDI} کی پرواز", "ltr"),
    (f"{RLM}{FSI}Air Astana{PDI} کی پرواز", "rtl"),
    ("123 456", "ltr"),
    (f"{RLM}123 456", "rtl"),
    ("✅ ویزا", "rtl"),
    ("🇰🇿 قازقستان", "ltr"),
    ("ℹ️ معلومات", "ltr"),
    ("1️⃣ پہلا", "rtl"),
    ("۱۲۳ Visa", "ltr"),
    ("• ویزا: 60", "rtl"),
    ("؟ visa", "ltr"),
]


async def lines_of(page: Page) -> list[list[str]]:
    """Return [text, direction as drawn] of each line of the last message."""
    found: list[list[str]] = await page.locator(hook("message")).last.evaluate(
        """one => [...one.querySelectorAll('.line')]
            .map(line => [line.textContent, getComputedStyle(line).direction])"""
    )
    return found


async def test_each_line_runs_as_its_first_strong_character_says(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(AYESHA)
    await page.click(hook("start"))
    await bot.say(AYESHA, "start\n" + "\n".join(text for text, _ in LINES) + "\nend")
    await expect(page.locator(hook("message"))).to_have_count(2)
    assert await lines_of(page) == [["start", "ltr"], *map(list, LINES), ["end", "ltr"]]


async def test_lines_tell_their_language_to_screen_readers(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(AYESHA)
    await page.click(hook("start"))
    await bot.say(AYESHA, "ویزا\nЖіберу\nSend")
    lines = page.locator(f"{hook('message')}:last-child .line")
    await expect(lines).to_have_count(3)
    assert await lines.evaluate_all("all => all.map(one => one.lang)") == ["ur", "kk", ""]


async def test_buttons_run_as_their_first_strong_character_says(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(AYESHA)
    await page.click(hook("start"))
    rows = [[{"text": text, "callback_data": "x"}] for text in ("ویزا فیس", "Visa", f"{RLM}{FSI}KH-1{PDI}")]
    await bot.say(AYESHA, "؟", *rows)
    drawn = page.locator(f"{hook('button')} .key-text")
    await expect(drawn).to_have_count(3)
    found = await drawn.evaluate_all("all => all.map(one => getComputedStyle(one).direction)")
    assert found == ["rtl", "ltr", "rtl"]


async def test_right_to_left_lines_stand_on_the_right(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(AYESHA)
    await page.click(hook("start"))
    await bot.say(AYESHA, "قازقستان\nA much longer line of English text in the same message")
    await expect(page.locator(hook("message"))).to_have_count(2)
    gap = await page.locator(f"{hook('message')} .line[dir=rtl]").evaluate(
        """line => {
            const range = document.createRange();
            range.selectNodeContents(line);
            const [text, box] = [range.getBoundingClientRect(), line.getBoundingClientRect()];
            return [text.left - box.left, box.right - text.right];
        }"""
    )
    assert gap[0] > 100
    assert gap[1] < 2


async def test_formatting_is_drawn(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    text = (
        "<b>bold <i>both</i></b> <u>under</u> <s>gone</s> <a href='https://example.org/a?b=1'>link</a>"
        " <tg-spoiler>secret</tg-spoiler> <code>KH-1</code>\n"
        "<pre><code class='language-python'>x = 1\ny = 2</code></pre>"
        "<blockquote>said</blockquote>\n<blockquote expandable>1\n2\n3\n4\n5\n6</blockquote>after"
    )
    await bot.say(BILAL, text, parse_mode="HTML")
    last = page.locator(hook("message")).last
    await expect(last.locator("b")).to_have_text("bold both")
    await expect(last.locator("b i")).to_have_text("both")
    await expect(last.locator("u")).to_have_text("under")
    await expect(last.locator("a")).to_have_attribute("href", "https://example.org/a?b=1")
    await expect(last.locator("a")).to_have_attribute("rel", "noopener noreferrer nofollow")
    await expect(last.locator("pre")).to_have_text("x = 1\ny = 2")
    await expect(last.locator("blockquote").first).to_have_text("said")
    long = last.locator("blockquote.folded")
    await long.locator("button").click()
    await expect(last.locator("blockquote.folded")).to_have_count(0)
    hidden = last.locator(".spoiler")
    await hidden.press("Enter")
    await expect(hidden).to_have_class("spoiler shown")
    await expect(last.locator(".line").last).to_have_text("after")


async def test_code_and_copy_buttons_copy_exactly(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(AYESHA, permissions=["clipboard-read", "clipboard-write"])
    await page.click(hook("start"))
    number = {"text": "حوالہ نمبر", "copy_text": {"text": "KH-7F3M-2Q"}}
    await bot.say(AYESHA, f"حوالہ: {FSI}<code>KH-9999-9X</code>{PDI}", [number], parse_mode="HTML")
    await page.click(hook("code"))
    await expect(page.locator(hook("toast"))).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == "KH-9999-9X"
    await page.click(hook("button"))
    await page.wait_for_function("async () => await navigator.clipboard.readText() === 'KH-7F3M-2Q'")


async def test_the_styles_of_buttons_are_green_red_and_blue(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    kinds = ("success", "danger", "primary")
    await bot.say(BILAL, "?", [{"text": kind, "callback_data": kind, "style": kind} for kind in kinds])
    await expect(page.locator(hook("button"))).to_have_count(3)
    colours = await page.locator(hook("button")).evaluate_all(
        "all => all.map(one => getComputedStyle(one).backgroundColor.match(/\\d+/g).map(Number))"
    )
    strongest = [max(range(3), key=colour.__getitem__) for colour in colours]
    assert strongest == [1, 0, 2]


async def test_nothing_reaches_beyond_a_phone_of_360_pixels(open_page: OpenPage, bot: ScriptedBot) -> None:
    await bot.say(
        STAFF_GROUP, "KH " * 60, [{"text": "Claim " * 6, "callback_data": str(number)} for number in range(4)]
    )
    await bot.say(STAFF_GROUP, "x" * 900)
    await bot.say(STAFF_GROUP, "https://example.org/" + "path/" * 60)
    await bot.say(STAFF_GROUP, f"<pre>{'wide ' * 80}</pre>", parse_mode="HTML")
    await bot.send_file("sendDocument", "document", "name" * 30 + ".xlsx", b"1", chat_id=STAFF_GROUP)
    await bot.call(
        "sendVenue", chat_id=STAFF_GROUP, latitude=31.5, longitude=74.3, title="T" * 90, address="A" * 90
    )
    page = await open_page(SANA, STAFF_GROUP, **PHONE)
    await expect(page.locator(hook("message"))).to_have_count(6)
    assert await page.evaluate(WIDEST) <= 360.5
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    await page.click(hook("back"))
    await expect(page.locator(hook("person")).first).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
    assert await page.evaluate(WIDEST) <= 360.5


async def test_a_phone_shows_one_pane_at_a_time(open_page: OpenPage) -> None:
    page = await open_page(AYESHA, **PHONE)
    await expect(page.locator(hook("start"))).to_be_visible()
    await expect(page.locator(hook("person")).first).to_be_hidden()
    await page.click(hook("back"))
    await expect(page.locator(hook("start"))).to_be_hidden()
    await page.click(f'{hook("person")}[data-person="{BILAL}"]')
    await page.click(hook("chat"))
    await expect(page.locator(hook("start"))).to_be_visible()


async def test_a_long_press_opens_the_menu_of_a_message(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(AYESHA, **PHONE)
    await page.tap(hook("start"))
    await expect(page.locator(hook("message"))).to_have_count(1)
    box = await page.locator(".bubble").bounding_box()
    assert box
    session = await page.context.new_cdp_session(page)
    point = {"x": box["x"] + 10, "y": box["y"] + 10}
    await session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    await expect(page.locator(hook("menu-reply"))).to_be_visible()
    await session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    await expect(page.locator(hook("menu-reply"))).to_be_visible()


async def brightness(page: Page) -> float:
    """Return the mean of red, green and blue of the bubble's paper."""
    found: float = await page.locator("#list-pane").evaluate(
        """one => getComputedStyle(one).backgroundColor.match(/\\d+/g).slice(0, 3)
            .reduce((sum, n) => sum + Number(n), 0) / 3"""
    )
    return found


async def test_the_page_is_dark_when_the_system_is_until_switched(open_page: OpenPage) -> None:
    page = await open_page(AYESHA, color_scheme="dark")
    assert await brightness(page) < 60
    await page.click(hook("theme"))
    assert await brightness(page) > 200
    await page.reload()
    await page.wait_for_selector("body[data-ready]")
    assert await brightness(page) > 200
    light = await open_page(AYESHA, color_scheme="light")
    assert await brightness(light) > 200


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_can_be_read_on_what_they_stand_on(
    open_page: OpenPage, bot: ScriptedBot, scheme: str
) -> None:
    await bot.say(
        STAFF_GROUP,
        "From the bot",
        [{"text": "Claim", "callback_data": "x"}, {"text": "Send", "callback_data": "y", "style": "success"}],
    )
    page = await open_page(SANA, STAFF_GROUP, color_scheme=scheme)
    await page.fill(hook("input"), "Mine")
    await page.click(hook("send"))
    await expect(page.locator(hook("message"))).to_have_count(2)
    await page.wait_for_timeout(400)
    for selector in (
        ".theirs .line",
        ".mine .line",
        ".sender",
        ".key",
        ".key[data-style=success]",
        ".chat-name",
        ".chat-line",
        ".person-note",
    ):
        assert await contrast(page, selector) >= 4.5, selector
    for selector in (".theirs .meta", ".mine .meta"):
        assert await contrast(page, selector) >= 3, selector


async def contrast(page: Page, selector: str) -> float:
    """Return the contrast (WCAG 2) of an element's colour with the first solid background below it."""
    found: float = await page.locator(selector).first.evaluate(CONTRAST)
    return found


async def test_the_page_stays_where_one_reads_and_offers_the_way_down(
    open_page: OpenPage, bot: ScriptedBot
) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    for number in range(30):
        await bot.say(BILAL, f"message {number}")
    await expect(page.locator(hook("message"))).to_have_count(31)
    await expect(page.locator(hook("message")).last).to_be_in_viewport()
    await page.locator("#scroll").evaluate("one => { one.scrollTop = 0; }")
    await expect(page.locator(hook("to-bottom"))).to_be_visible()
    await bot.say(BILAL, "the newest")
    await expect(page.locator(hook("message"))).to_have_count(32)
    await expect(page.locator(hook("message")).first).to_be_in_viewport()
    await page.click(hook("to-bottom"))
    await expect(page.locator(hook("message")).last).to_be_in_viewport()
    await expect(page.locator(hook("to-bottom"))).to_be_hidden()


async def test_days_are_kept_apart(open_page: OpenPage, bot: ScriptedBot) -> None:
    page = await open_page(BILAL)
    await page.click(hook("start"))
    await bot.say(BILAL, "today")
    await expect(page.locator(hook("day"))).to_have_text(["Today"])
