"""Scores the search on questions whose answers are known: ``python -m benchmarks.search FILE.tsv ...``.

A file has the columns id, lang, text, expected_section, expected_intent; the section ``none`` means: reject.
"""

import argparse
import csv
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.content.loader import load_content
from bot.content.search.finding import Found, Search

ALL = "all"
MEGABYTE = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One question, what was expected and what was found."""

    way: str
    section: str
    intent: str
    found: Found
    seconds: float


def main() -> None:
    """Print a table for each file, then time and memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list what was answered wrongly")
    options = parser.parse_args()
    content = load_content()
    before, started = _memory(), time.perf_counter()
    search = Search.load(content)
    print(f"loaded in {time.perf_counter() - started:.2f} s, {_memory() - before:.1f} MB more memory")
    for file in options.files:
        results = list(_ask(search, file))
        print(f"\n{file.name}: {len(results)} questions")
        print(table(results))
        if options.wrong:
            print("\n".join(_wrong(file, results)))


def table(results: Sequence[Result]) -> str:
    """Return shares in percent for each way of writing, and times."""
    rows = [f"{'way':7}{'asked':>6}  sec@1  sec@3  int@1  int@3 false rejection | none  rejected"]
    for way in [ALL, *sorted({result.way for result in results})]:
        here = [result for result in results if way in {ALL, result.way}]
        asked = [result for result in here if result.section != "none"]
        none = [result for result in here if result.section == "none"]
        shares = [
            _share(asked, lambda each: each.section in _sections(each, 1)),
            _share(asked, lambda each: each.section in _sections(each, 3)),
            _share(asked, lambda each: each.intent in _intents(each, 1)),
            _share(asked, lambda each: each.intent in _intents(each, 3)),
            _share(asked, lambda each: each.found.rejected),
        ]
        declined = _share(none, lambda each: each.found.rejected)
        rows.append(f"{way:7}{len(asked):6}{''.join(shares)}{'':9}|{len(none):5} {declined}")
    times = sorted(result.seconds * 1000 for result in results)
    rows.append(f"p50 {statistics.median(times):.2f} ms, p99 {times[int(len(times) * 0.99)]:.2f} ms")
    return "\n".join(rows)


def _share(results: Sequence[Result], right: Callable[[Result], bool]) -> str:
    return f"{100 * statistics.mean(map(right, results)):7.1f}" if results else f"{'-':>7}"


def _sections(result: Result, first: int) -> set[str]:
    return {hit.section.value for hit in result.found.ranked[:first]}


def _intents(result: Result, first: int) -> set[str]:
    return {hit.intent for hit in result.found.ranked[:first]}


def _ask(search: Search, file: Path) -> Iterable[Result]:
    with file.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            started = time.perf_counter()
            found = search.find(row["text"])
            yield Result(
                way=row["lang"],
                section=row["expected_section"],
                intent=row["expected_intent"],
                found=found,
                seconds=time.perf_counter() - started,
            )


def _wrong(file: Path, results: Sequence[Result]) -> Iterable[str]:
    texts = [line.split("\t")[2] for line in file.read_text(encoding="utf-8").splitlines()[1:]]
    for text, result in zip(texts, results, strict=True):
        rejected = result.section == "none"
        if rejected != result.found.rejected or (not rejected and result.intent not in _intents(result, 1)):
            best = result.found.ranked[0]
            said = "rejected" if result.found.rejected else f"{best.intent} {best.score:.2f}"
            yield f"  {text}\n      expected {result.intent}, found {said}"


def _memory() -> float:
    """Return the greatest resident size so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE


if __name__ == "__main__":
    main()
