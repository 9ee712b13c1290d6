"""Trains the search on a pack's example questions; takes about a minute.

``python -m benchmarks.train_search [FOLDER]`` writes the model into the folder of the pack.
"""

import argparse
from pathlib import Path

from bot.content.loader import DEFAULT_PACK, load_content
from bot.content.search.model import FILE
from bot.content.search.training import train


def main() -> None:
    """Write the model beside the pack's folders."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "folder", nargs="?", type=Path, default=DEFAULT_PACK, help="the pack; the default one"
    )
    folder = parser.parse_args().folder
    train(load_content(folder)).save(folder / FILE)
    print(f"{folder / FILE}: {(folder / FILE).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
