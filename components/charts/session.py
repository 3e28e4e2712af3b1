"""The event session by minute, where minute bars are bundled."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from aftershock.measures.returns import thinned
from components.charts import base
from components.charts.prices import draw_candles
from components.theme import Palette

OPENS, CLOSES = 9 * 60 + 30, 16 * 60
POINTS = 480


def figure(impact: Impact, p: Palette, focus: str, closes: pd.DataFrame, show: str) -> go.Figure:
    """The session from the first pre-market trade to the last after hours; closed hours shaded."""
    x = np.asarray(closes.index.hour * 60 + closes.index.minute)
    before = impact.table["before"]
    fig = base.sheet(p, 470, l=52, r=98, t=26, b=28)
    for x0, x1 in ((x[0], OPENS), (CLOSES, max(x[-1], 1200))):
        fig.add_shape(
            type="rect", x0=x0, x1=x1, yref="paper", y0=0, y1=1, fillcolor=p.shade, line_width=0, layer="below"
        )
    if show == "candles":
        _five_minutes(fig, p, closes[focus], before[focus])
        values = closes[[focus]]
        base_line, tick, ends = before[focus], base.dollars, []
    elif show == "rebased":
        values = closes / before[closes.columns] * 100
        base_line, tick = 100.0, base.plain
        ends = _lines(fig, p, impact, focus, values, x, "%{y:.1f}")
    else:
        values = closes[[focus]]
        base_line, tick = before[focus], base.dollars
        ends = _lines(fig, p, impact, focus, values, x, "$%{y:,.2f}")
    base.rule(fig, p, x0=x[0], x1=x[-1], y0=base_line, y1=base_line)
    log = show == "log"
    low = float(min(np.nanmin(values.to_numpy()), base_line)) * 0.985
    high = float(max(np.nanmax(values.to_numpy()), base_line)) * 1.01
    base.end_labels(fig, max(x[-1], 1200), ends, (math.log10(high / low) if log else high - low) * 0.05, log=log)
    base.value_axis(fig, low, high, log=log, tick=tick)
    fig.update_xaxes(
        range=[x[0], max(x[-1], 1200)], tickvals=[240, 480, OPENS, 720, CLOSES, 1200],
        ticktext=["04:00", "08:00", "09:30", "12:00", "16:00", "20:00"],
    )  # fmt: skip
    return fig.figure()


def _lines(
    fig: base.Sheet, p: Palette, impact: Impact, focus: str, values: pd.DataFrame, x: np.ndarray, hover: str
) -> list[tuple[str, float, str]]:
    for symbol in values.columns.drop(focus):
        known = values[symbol].dropna()
        rows = thinned(known.to_numpy(), POINTS // 2)
        at = known.index[rows]
        base.line(fig, at.hour * 60 + at.minute, known.iloc[rows], p.peer, 1, opacity=0.6)
    line = values[focus].ffill()
    rows = thinned(line.to_numpy(), POINTS * 2)
    clock = [f"{when:%H:%M} New York" for when in values.index[rows]]
    base.unified_hover(fig, p, x[rows], line.iloc[rows], clock)
    name = impact.table.at[focus, "name"]
    base.line(fig, x[rows], line.iloc[rows], p.ink, 2.2, name=name, hover=hover)
    last = float(line.iloc[-1])
    text = f"{last:.0f}" if "$" not in hover else f.price(last)
    return [(f"<b>{focus}</b> {text}", last, p.ink)]


def _five_minutes(fig: base.Sheet, p: Palette, closes: pd.Series, before: float) -> None:
    bars = closes.resample("5min").ohlc().dropna()
    bars["open"] = bars["close"].shift(1, fill_value=before)
    names = [f"{when:%H:%M} New York" for when in bars.index]
    draw_candles(fig, p, np.asarray(bars.index.hour * 60 + bars.index.minute + 2.5), bars, 1.0, names)
