"""The summary of a workbook: counts by day, section, language and status, with native charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.documents.rows import Writing

_BLUE, _GREY = "#00778B", "#D9D9D9"
_BARS = 12
"""So many values are drawn as bars; more of them as a line."""
_FEW = 10
"""Up to so many inquiries the axis goes by ones: there is no half of an inquiry."""
_WIDTH, _HEIGHT = 560, 290
_ROWS, _COLUMNS = 15, 9
"""Cells that a chart covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Inquiries counted by one thing."""

    name: str
    """What they are counted by."""
    title: str
    """Of its chart."""
    counts: Sequence[tuple[str | date, int]]


def write_summary(
    book: Any, sheet: Any, formats: dict[str, Any], groups: Sequence[Group], writing: Writing
) -> None:
    """Fill the sheet: a table, and a chart for each group beside it."""
    tr = writing.tr
    heads = (tr.plain("Counted by"), tr.plain("Value"), tr.plain("Inquiries"))
    for place, (head, width) in enumerate(zip(heads, (24, 24, 14), strict=True)):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, head, formats["head"])
    row = 1
    for number, group in enumerate(groups):
        _table(sheet, formats, group, row)
        if group.counts:
            chart = _chart(book, sheet.name, group, row, heads[2])
            if tr.language.runs_right_to_left:
                chart.set_x_axis({**_x_axis(group), "reverse": True})
            down, across = divmod(number, 2)
            sheet.insert_chart(1 + down * _ROWS, len(heads) + 1 + across * _COLUMNS, chart)
        row += len(group.counts)
    sheet.autofilter(0, 0, max(1, row - 1), len(heads) - 1)


def _table(sheet: Any, formats: dict[str, Any], group: Group, first: int) -> None:
    for row, (value, inquiries) in enumerate(group.counts, first):
        sheet.write_string(row, 0, group.name, formats["words"])
        if isinstance(value, date):
            sheet.write_datetime(row, 1, value, formats["day"])
        else:
            sheet.write_string(row, 1, value, formats["words"])
        sheet.write_number(row, 2, inquiries, formats["count"])


def _chart(book: Any, sheet: str, group: Group, first: int, inquiries: str) -> Any:
    """``first``: the row where the group's counts begin; ``inquiries``: what is counted, in words."""
    last = first + len(group.counts) - 1
    chart = book.add_chart({"type": "line" if len(group.counts) > _BARS else "column"})
    chart.add_series(
        {
            "name": group.title,
            "categories": [sheet, first, 1, last, 1],
            "values": [sheet, first, 2, last, 2],
            "fill": {"color": _BLUE},
            "line": {"color": _BLUE},
        }
    )
    chart.set_title({"name": group.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True})
    chart.set_x_axis(_x_axis(group))
    few = max(count for _, count in group.counts) <= _FEW
    chart.set_y_axis(
        {
            "name": inquiries,
            "min": 0,
            "num_format": "#,##0",
            "major_gridlines": {"visible": True, "line": {"color": _GREY}},
            **({"major_unit": 1} if few else {}),
        }
    )
    chart.set_size({"width": _WIDTH, "height": _HEIGHT})
    return chart


def _x_axis(group: Group) -> dict[str, Any]:
    axis: dict[str, Any] = {"name": group.name}
    if isinstance(group.counts[0][0], date):
        axis |= {"date_axis": True, "num_format": "yyyy-mm-dd"}
    return axis
