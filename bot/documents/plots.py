"""Plots: paints a chart as PNG. Run as a program it paints one after the other for another process.

matplotlib shapes and orders Arabic script by itself; the font that comes with it lacks Urdu letters such as
U+06C1, so one that has them ships beside this file.
"""

import json
import struct
import sys
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_FONT = Path(__file__).parent / "fonts" / "NotoNaskhArabic-Regular.ttf"
_WIDTH = 10.0
"""Inches; with 110 dots an inch 1100 pixels, sharp on a phone and small to send."""
_DPI = 110
_INK, _FAINT, _DARK = "#1f2a33", "#e7edf0", "#0a5c66"
_BAR = "#5ab4bd"
_HEADING = 72
"""Characters of a heading that fit beside each other."""
_MOST_LABELS = 16
"""Labels that fit below standing bars."""


def paint(chart: Mapping[str, Any]) -> bytes:
    """A chart (``bot.documents.charts.Chart`` as JSON values) as PNG."""
    right_to_left = bool(chart["runs_right_to_left"])
    fonts = ["Noto Naskh Arabic", "DejaVu Sans"] if right_to_left else ["DejaVu Sans", "Noto Naskh Arabic"]
    with mpl.rc_context({"font.family": fonts, "font.size": 12 if right_to_left else 11, "text.color": _INK}):
        rows = chart["panels"]
        heights = [max(map(_height, row)) for row in rows]
        figure = Figure(
            figsize=(_WIDTH, sum(heights) + 0.7 + 0.35 * chart["note"].count("\n")),
            layout="constrained",
            facecolor="white",
        )
        _head(figure, chart, right_to_left=right_to_left)
        parts = figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)[:, 0]
        for part, row in zip(parts, rows, strict=True):
            panels = row[::-1] if right_to_left else row
            axes = part.subplots(1, len(panels), squeeze=False)[0]
            lines = max(len(panel.get("labels", ())) for panel in panels)
            for ax, panel in zip(axes, panels, strict=True):
                _panel(ax, panel, lines, right_to_left=right_to_left)
        file = BytesIO()
        figure.savefig(file, format="png", dpi=_DPI)
        return file.getvalue()


def _head(figure: Figure, chart: Mapping[str, Any], *, right_to_left: bool) -> None:
    place, side = (0.985, "right") if right_to_left else (0.015, "left")
    text = f"{chart['title']}\n{chart['note']}" if chart["note"] else chart["title"]
    longest = max(map(len, text.split("\n")))
    figure.suptitle(text, x=place, ha=side, fontsize=15 * min(1, _HEADING / longest), linespacing=1.5)


def _height(panel: Mapping[str, Any]) -> float:
    """Inches that a panel needs."""
    if "rows" in panel:
        return 0.9 + 0.36 * len(panel["rows"])
    return 0.8 + 0.36 * max(2, len(panel["labels"])) if panel["lying"] else 2.9


def _panel(ax: Axes, panel: Mapping[str, Any], lines: int, *, right_to_left: bool) -> None:
    ax.set_title(panel["title"], loc="right" if right_to_left else "left", fontsize=12)
    for side in ("top", "right", "left", "bottom"):
        ax.spines[side].set_visible(False)
    if "rows" in panel:
        _grid(ax, panel)
    elif panel["lying"]:
        _lying(ax, panel, lines, right_to_left=right_to_left)
    else:
        _standing(ax, panel)
    if right_to_left:
        ax.invert_xaxis()
        ax.yaxis.tick_right()
    ax.tick_params(length=0, colors=_INK)


def _lying(ax: Axes, panel: Mapping[str, Any], lines: int, *, right_to_left: bool) -> None:
    """``lines``: of the longest panel beside it, so that all bars of a row are equally thick."""
    values: Sequence[float] = panel["values"]
    places = range(len(values))
    ax.barh(places, values, color=_BAR, height=0.72)
    if panel["shares"]:
        ax.barh(places, panel["shares"], color=_DARK, height=0.72)
    ax.set_yticks(places, panel["labels"])
    ax.set_ylim(lines - 0.5, -0.5)
    ax.set_xticks([])
    most = max([*values, 1])
    room = 1.0 + 0.08 * max(map(len, [*panel["texts"], ""])) / (0.6 if panel["shares"] else 1)
    ax.set_xlim(0, most * min(1.6, room))
    for place, value, text in zip(places, values, panel["texts"], strict=True):
        side = "right" if right_to_left else "left"
        ax.annotate(
            text,
            (value, place),
            xytext=(-4 if right_to_left else 4, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            fontsize=10,
        )


def _standing(ax: Axes, panel: Mapping[str, Any]) -> None:
    values: Sequence[float] = panel["values"]
    places = list(range(len(values)))
    ax.bar(places, values, color=_BAR, width=0.8)
    short = all(len(label) <= 2 for label in panel["labels"])  # noqa: PLR2004 - an hour
    step = 1 if short else -(-len(places) // _MOST_LABELS)
    ax.set_xticks(places[::step], panel["labels"][::step], fontsize=9)
    ax.set_yticks([])
    ax.set_ylim(0, max([*values, 1]) * 1.15)
    ax.axhline(0, color=_INK, linewidth=0.8)
    size = 10 if len(places) <= _MOST_LABELS * 2 else 7
    for place, value, text in zip(places, values, panel["texts"], strict=True):
        ax.annotate(
            text, (place, value), xytext=(0, 3), textcoords="offset points", ha="center", fontsize=size
        )


def _grid(ax: Axes, panel: Mapping[str, Any]) -> None:
    values: Sequence[Sequence[float]] = panel["values"]
    most = max([1.0, *(value for row in values for value in row)])
    shades = mpl.colors.LinearSegmentedColormap.from_list("house", [_FAINT, _BAR, _DARK])
    ax.pcolormesh(values, cmap=shades, vmin=0, vmax=most, edgecolors="white", linewidth=1.5)
    ax.set_xticks([place + 0.5 for place in range(len(panel["columns"]))], panel["columns"], fontsize=9)
    ax.set_yticks([place + 0.5 for place in range(len(panel["rows"]))], panel["rows"])
    ax.invert_yaxis()
    for line, row in enumerate(panel["texts"]):
        for place, text in enumerate(row):
            colour = "white" if values[line][place] > most * 0.6 else _INK
            ax.text(place + 0.5, line + 0.5, text, ha="center", va="center", fontsize=9, color=colour)


def serve(orders: BinaryIO, pictures: BinaryIO) -> None:
    """Paint what each line orders, until there are no more; a length of four bytes goes before each picture.

    A chart that cannot be painted gives a length of zero.
    """
    for line in orders:
        try:
            png = paint(json.loads(line))
        except Exception:  # noqa: BLE001 - the edge: one bad chart must not end the others
            png = b""
        pictures.write(struct.pack(">I", len(png)) + png)
        pictures.flush()


mpl.use("Agg")
font_manager.fontManager.addfont(_FONT)

if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
