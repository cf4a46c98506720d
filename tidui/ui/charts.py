"""Charts as data: pure functions from rows to ECharts options, tested without a browser.

Floats only here: a chart is looked at, the figures stand in the table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

INK, MUTED, LINE, BRAND, GOLD = "ink", "muted", "line", "brand", "gold"
"""Names of colours that charts.js replaces by those of the theme."""

BANDS: Final = (
    (0.70, "bad"), (0.85, "weak"), (1.00, "plain"), (1.10, "good"), (None, "best"),
)  # fmt: skip
"""Bands of attainment below their bound, and the tone of each."""


def band_of(ratio: float) -> str:
    """Return the tone of an attainment.

    >>> band_of(0.999), band_of(1.0)
    ('plain', 'good')
    """
    for bound, tone in BANDS:
        if bound is None or ratio < bound:
            return tone
    raise AssertionError("the last band is open")


def trend(labels: Sequence[str], values: Sequence[float | None], name: str) -> dict[str, Any]:
    """Return a line over periods; a missing value is a gap and not a zero."""
    return {
        "grid": {"left": 48, "right": 24, "top": 24, "bottom": 28},
        "tooltip": {"trigger": "axis"},
        "xAxis": {"type": "category", "data": list(labels), "boundaryGap": False},
        "yAxis": {"type": "value", "scale": True},
        "series": [
            {
                "name": name, "type": "line", "data": list(values), "symbolSize": 6,
                "smooth": 0.2, "color": BRAND, "areaStyle": {"opacity": 0.08},
            }
        ],
    }  # fmt: skip


def ranking(names: Sequence[str], values: Sequence[float], title: str) -> dict[str, Any]:
    """Return horizontal bars, the first at the top."""
    return {
        "grid": {"left": 110, "right": 56, "top": 8, "bottom": 24},
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}},
        "xAxis": {"type": "value", "scale": True},
        "yAxis": {"type": "category", "inverse": True, "data": list(names)},
        "series": [
            {
                "name": title, "type": "bar", "data": list(values), "color": BRAND,
                "barMaxWidth": 12, "label": {"show": True, "position": "right"},
            }
        ],
    }  # fmt: skip


def heat_map(
    columns: Sequence[str], rows: Sequence[str], cells: Sequence[tuple[int, int, float]],
    labels: dict[str, str],
) -> dict[str, Any]:  # fmt: skip
    """Return a heat map of attainment in percent, in the bands of ``BANDS``."""
    pieces = []
    lower: float | None = None
    for bound, tone in BANDS:
        piece: dict[str, Any] = {"color": f"band-{tone}", "label": labels.get(tone, tone)}
        if lower is not None:
            piece["gte"] = lower * 100
        if bound is not None:
            piece["lt"] = bound * 100
        pieces.append(piece)
        lower = bound
    return {
        "grid": {"left": 96, "right": 12, "top": 8, "bottom": 92},
        "tooltip": {},
        "xAxis": {"type": "category", "data": list(columns), "axisLabel": {"interval": 0}},
        "yAxis": {"type": "category", "inverse": True, "data": list(rows)},
        "visualMap": {
            "type": "piecewise", "orient": "horizontal", "left": "center", "bottom": 0,
            "selectedMode": False, "pieces": pieces,
        },
        "series": [
            {
                "type": "heatmap", "data": [list(cell) for cell in cells],
                "label": {"show": True}, "itemStyle": {"borderWidth": 3, "borderRadius": 6},
            }
        ],
    }  # fmt: skip


def spark_points(values: Sequence[float], width: int = 96, height: int = 26) -> str:
    """Return the points of a sparkline's polyline; empty for fewer than two values.

    >>> spark_points([1.0, 2.0])
    '2.0,22.0 92.0,4.0'
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    step = (width - 6) / (len(values) - 1)
    return " ".join(
        f"{2 + i * step:.1f},{height - 4 - (v - low) / span * (height - 8):.1f}"
        for i, v in enumerate(values)
    )
