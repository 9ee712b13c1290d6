"""English texts of a pack on their way to the translators."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.extract import extract as babel_extract
from babel.messages.pofile import read_po

from bot.content.extraction import texts
from bot.content.problems import ContentError
from tests.content.sample_pack import Pack

PROJECT = Path(__file__).parents[2]
METHOD = "bot.content.extraction:extract"


def extracted(path: Path) -> list[tuple[int, str, list[str]]]:
    with path.open("rb") as file:
        return [(line, str(msgid), comments) for line, msgid, comments, _ in babel_extract(METHOD, file)]


def test_each_text_comes_with_its_line_and_its_screen(pack: Pack) -> None:
    path = pack.folder / "articles/visa/fee.yaml"
    lines = path.read_text("utf-8").split("\n")
    found = extracted(path)
    assert (3, "Visa fees", ["article visa-fee: title"]) in found
    assert ("Bring the amount.", ["article visa-fee: body"]) in [
        (msgid, comments) for _, msgid, comments in found
    ]
    for line, msgid, _ in found:
        assert msgid in lines[line - 1]


def test_every_kind_of_file_is_read(pack: Pack) -> None:
    msgids = {msgid for path in pack.folder.rglob("*.yaml") for _, msgid, _ in extracted(path)}
    assert {
        "Choose.",
        "Consular fee",
        "A visa is needed.",
        "Ministry",
        "Which passport?",
        "Tourism",
        "Ask for an invitation.",
        "Why do you travel?",
        "Lahore",
        "Example Air",
        "None is known.",
    } <= msgids


def test_what_is_no_text_is_left_alone(pack: Pack) -> None:
    msgids = {msgid for path in pack.folder.rglob("*.yaml") for _, msgid, _ in extracted(path)}
    assert not msgids & {"visa-fee", "fee", "{needed}", "https://example.org", "USD", "XX 123", "LHE", "💳"}
    assert not any(msgid.startswith("A question on") for msgid in msgids)


def test_a_file_with_faults_stops_the_extraction(pack: Pack) -> None:
    pack.replace("articles/visa/fee.yaml", "title: Visa fees", "titel: Visa fees")
    with pytest.raises(ContentError, match=r"fee\.yaml:3: error: visa-fee: unknown key 'titel'"):
        extracted(pack.folder / "articles/visa/fee.yaml")


def test_the_extractor_takes_what_babel_hands_it() -> None:
    assert list(babel_extract(METHOD, io.BytesIO(b"intents:\n  phone:\n    en: [x]\n"))) == []
    assert list(babel_extract(METHOD, io.BytesIO(b""))) == []


def test_all_texts_of_a_loaded_pack_are_those_extracted_from_its_files(pack: Pack) -> None:
    from_files = {
        (path.name, line, msgid) for path in pack.folder.rglob("*.yaml") for line, msgid, _ in extracted(path)
    }
    loaded = {(Path(origin.file).name, line, text) for origin, line, text in texts(pack.load())}
    assert loaded == from_files


def test_babel_finds_texts_of_program_and_pack_with_the_projects_settings(tmp_path: Path) -> None:
    keywords = "tr plain plural:1,2 plain_plural:1,2 mark mark_plural:1,2"
    output = tmp_path / "messages.pot"
    command = [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "--mapping=babel.toml"]
    command += ["--no-default-keywords", f"--keywords={keywords}", f"--output={output}", "."]
    subprocess.run(command, cwd=PROJECT, check=True)
    with output.open("rb") as file:
        template = read_po(file)
    places = {Path(name).suffix for message in template for name, _ in message.locations}
    assert places == {".py", ".yaml"}
    assert template.get("Kazakhstan House in Lahore") is not None
    forms = template.get("{n} working day")
    assert forms is not None
    assert forms.id == ("{n} working day", "{n} working days")
