"""Time and peak memory of exports of 10^4, 10^5 and 10^6 inquiries, beside the bare modules, in one run.

python -m benchmarks.export [--sizes 10000,100000,1000000] [--formats csv,xlsx,jsonl,html] [--json FILE]

Each measurement is a process of its own. Bare csv: sqlite3 rows of the same columns through ``csv.writer``,
nothing made safe, no time zone. XlsxWriter: the same rows through its ``constant_memory`` mode, one sheet.
rustpy-xlsxwriter, where it is installed: the same through the fastest maintained writer, one sheet.
"""

import argparse
import asyncio
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
SIZES = (10_000, 100_000, 1_000_000)
TEXTS = {
    "en": "Do I need a visa for a two week trip to Almaty and Astana in May, and where do I apply?",
    "kk": "Қазақстанға екі аптаға барғым келеді, виза керек пе және қайда өтініш беремін?",
    "ur": "مجھے دو ہفتے کے لیے الماتی جانا ہے، ویزا کہاں سے ملے گا اور کتنے دن لگیں گے؟",
}
REPLY = "Please apply at the embassy in Islamabad; bring your passport and two photos. Thank you."

QUERY = """
SELECT code, text, section, status, language, name, username, person_id, created_at, seen_at, answered_at,
       closed_at, claimed_name, form, answers,
       (SELECT count(*) FROM posts WHERE inquiry_id = inquiries.id AND author <> 'note'),
       (SELECT text FROM posts WHERE inquiry_id = inquiries.id AND author = 'staff' ORDER BY id DESC LIMIT 1),
       rating, rating_comment, close_reason
FROM inquiries ORDER BY created_at, id
"""

BARE_CSV = """
import csv, sqlite3, sys
rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[3])
with open(sys.argv[2], "w", encoding="utf-8-sig", newline="") as file:
    csv.writer(file).writerows(rows)
"""

XLSXWRITER = """
import sqlite3, sys, xlsxwriter
rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[3])
book = xlsxwriter.Workbook(sys.argv[2], {"constant_memory": True, "strings_to_formulas": False,
                                         "strings_to_urls": False})
sheet = book.add_worksheet()
for number, row in enumerate(rows):
    for place, value in enumerate(row):
        if value not in (None, ""):
            sheet.write(number, place, value)
book.close()
"""

RUSTPY = """
import sqlite3, sys
from rustpy_xlsxwriter import FastExcel
rows = sqlite3.connect(sys.argv[1]).execute(sys.argv[3])
names = [f"{number} {column[0]}" for number, column in enumerate(rows.description)]
FastExcel(sys.argv[2]).sheet("Inquiries", (dict(zip(names, row)) for row in rows)).save()
"""


def fill(path: Path, size: int) -> None:
    """Make a database of so many inquiries, two messages each on average."""
    from bot.storage import migrations  # noqa: PLC0415 - found through the path set above

    asyncio.run(migrations.upgrade(f"sqlite:///{path}"))
    base = sqlite3.connect(path)
    base.execute("PRAGMA synchronous = OFF")
    columns = [row[1] for row in base.execute("PRAGMA table_info(inquiries)")]
    marks = ",".join("?" * len(columns))
    base.executemany(
        f"INSERT INTO inquiries ({','.join(columns)}) VALUES ({marks})",  # noqa: S608 - our own columns
        ([row.get(name) for name in columns] for row in _inquiries(size)),
    )
    base.executemany(
        "INSERT INTO posts (inquiry_id, author, person_id, name, text, html, attachments, album, created_at)"
        " VALUES (?, ?, ?, ?, ?, '', ?, '', ?)",
        _posts(size),
    )
    base.commit()
    base.execute("ANALYZE")
    base.close()


def _moment(number: int, hours: float = 0) -> str:
    start = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=number * 60.7, hours=hours)
    return start.strftime("%Y-%m-%d %H:%M:%S.%f")


def _inquiries(size: int) -> Any:
    sections = ("visa", "tourism", "culture", "education", "trade", "investment", "flights", "contacts")
    chance = random.Random(1)
    for number in range(size):
        language = ("en", "ur", "ur", "kk")[number % 4]
        answered = number % 10 < 8
        yield {
            "id": number + 1,
            "code": f"KH-{number:07}",
            "person_id": 100_000 + number % 50_000,
            "name": ("Ayesha Khan", "عائشہ خان", "بلال احمد", "Айгерім")[number % 4],
            "username": "ayesha_k" if number % 3 else "",
            "name_key": "",
            "username_key": "",
            "language": language,
            "section": sections[chance.randrange(8)],
            "intent": "",
            "form": "visa-question" if number % 5 == 0 else "",
            "answers": '[["purpose", "Purpose", "Tourism", true]]' if number % 5 == 0 else "",
            "text": TEXTS[language],
            "status": ("answered" if number % 3 else "closed") if answered else "received",
            "claimed_name": "Sana" if answered else "",
            "created_at": _moment(number),
            "seen_at": _moment(number, 1) if answered else None,
            "answered_at": _moment(number, 2) if answered else None,
            "closed_at": _moment(number, 30) if answered and number % 3 == 0 else None,
            "close_reason": "answered" if answered and number % 3 == 0 else "",
            "reachable": 1,
            "rating": 5 if number % 20 == 0 else None,
            "rating_comment": "",
            "version": 1,
        }


def _posts(size: int) -> Any:
    for number in range(size):
        language = ("en", "ur", "ur", "kk")[number % 4]
        photo = '[{"kind": "photo", "file_id": "AgACAg"}]' if number % 10 == 0 else ""
        yield number + 1, "visitor", 100_000, "Ayesha Khan", TEXTS[language], photo, _moment(number)
        if number % 10 < 8:
            yield number + 1, "staff", 2001, "Sana", REPLY, "", _moment(number, 2)


def measure(command: list[str], folder: Path, base: Path, output: Path) -> dict[str, Any]:
    """Run a command; gives seconds, peak memory in MB and size of the output in MB."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment = {
        **own,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))),
        "BOT_DATABASE_URL": f"sqlite+aiosqlite:///{base}",
    }
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, command
    return {
        "seconds": round(time.perf_counter() - begun, 2),
        "cpu": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024, 1),
        "file_mb": round(output.stat().st_size / 2**20, 1) if output.exists() else 0,
    }


def main() -> None:
    """Measure everything and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--formats", default="csv,xlsx,jsonl,html")
    parser.add_argument("--no-xlsxwriter", action="store_true")
    parser.add_argument("--keep", type=Path, help="Keep the databases in this folder for the next run.")
    parser.add_argument("--json", type=Path, help="Write the results to a file as well.")
    parser.add_argument("--fill", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.fill:
        fill(given.fill, int(given.sizes))
        return
    results = []
    folder = Path(tempfile.mkdtemp(prefix="export-"))
    try:
        for size in map(int, given.sizes.split(",")):
            results += _measure_size(size, given, folder)
    finally:
        shutil.rmtree(folder)
    if given.json:
        given.json.write_text(json.dumps(results, indent=2) + "\n")


def _measure_size(size: int, given: argparse.Namespace, folder: Path) -> list[dict[str, Any]]:
    shelf = (given.keep or folder).resolve()  # commands run in a folder of their own
    base, empty = shelf / f"{size}.db", shelf / "0.db"
    for path, number in ((base, size), (empty, 0)):
        if not path.exists():
            # In a process of its own: what this one has held counts as the peak of its children.
            subprocess.run(
                [sys.executable, __file__, "--fill", str(path), "--sizes", str(number)], check=True
            )
    export = [sys.executable, "-m", "bot", "export", "--output"]
    jobs = {
        "idle (nothing to export)": ([*export, str(folder / "idle.csv")], empty, folder / "idle.csv"),
        "bare csv": _bare(BARE_CSV, base, folder / "bare.csv"),
    }
    if not given.no_xlsxwriter:
        jobs["XlsxWriter"] = _bare(XLSXWRITER, base, folder / "bare.xlsx")
    if find_spec("rustpy_xlsxwriter"):
        jobs["rustpy-xlsxwriter"] = _bare(RUSTPY, base, folder / "rustpy.xlsx")
    for name in given.formats.split(","):
        path = folder / f"export.{name}"
        jobs[name] = ([*export, str(path), "--format", name], base, path)
    results = []
    print(f"\n{size:,} inquiries\n{'':28}{'s':>8}{'cpu s':>8}{'peak MB':>9}{'file MB':>9}")
    for name, (command, source, output) in jobs.items():
        one = measure(command, folder, source, output)
        output.unlink(missing_ok=True)
        print(f"{name:28}{one['seconds']:8}{one['cpu']:8}{one['peak_mb']:9}{one['file_mb']:9}", flush=True)
        results.append({"inquiries": size, "what": name, **one})
    return results


def _bare(script: str, base: Path, output: Path) -> tuple[list[str], Path, Path]:
    return [sys.executable, "-c", script, str(base), str(output), QUERY], base, output


if __name__ == "__main__":
    main()
