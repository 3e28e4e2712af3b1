"""Figures of the first page: the map, the ranking, the paths around the event."""

from __future__ import annotations

import math

import numpy as np
import plotly.graph_objects as go

from aftershock import formats as f
from aftershock.impact import Impact
from components.charts import base
from components.theme import FONT, Palette, text_on

TILE_LIMIT = 0.30


def treemap(impact: Impact, p: Palette) -> go.Figure:
    """Area: market value before; colour: move; grouped as the companies are."""
    table = impact.table.dropna(subset=["value_before"]).sort_values("value_before", ascending=False)
    total = table["value_before"].sum()
    ids, labels, parents, values, colours, texts, sizes, inks, hovers = ([] for _ in range(9))
    grouped = table["group"].nunique() > 1
    for group, rows in table.groupby("group", sort=False) if grouped else ():
        value, lost = rows["value_before"].sum(), rows["lost"].sum()
        move = -lost / value
        wide = value / total > 0.09
        ids.append(group)
        labels.append(f"<b>{_header(str(group), value / total)}</b>" + (f" {f.percent(move, 1)}" if wide else ""))
        parents.append("")
        values.append(value)
        colours.append(p.bg)
        texts.append("")
        sizes.append(13.0)
        inks.append(p.ink)
        hovers.append(f"<b>{group}</b><br>{f.percent(move, 1)}  {f.usd(-lost, signed=True)}")
    for symbol, r in table.iterrows():
        fill = p.tile(r["day"], TILE_LIMIT)
        text, size = _tile_text(str(symbol), r["name"], r["short"], r["day"], r["lost"], r["value_before"], total)
        ids.append(str(symbol))
        labels.append(str(symbol))
        parents.append(r["group"] if grouped else "")
        values.append(r["value_before"])
        colours.append(fill)
        texts.append(text)
        sizes.append(size)
        inks.append(text_on(fill))
        hovers.append(
            f"<b>{r['name']}</b><br>{f.percent(r['day'])}  {f.usd(-r['lost'], signed=True)}"
            f"<br>worth {f.usd(r['value_before'])} before"
        )
    fig = base.figure(p, 458, t=0, b=0, r=0)
    fig.add_treemap(
        ids=ids, labels=labels, parents=parents, values=values, text=texts, customdata=hovers,
        branchvalues="total", sort=True, texttemplate="%{text}", hovertemplate="%{customdata}<extra></extra>",
        marker={"colors": colours, "line": {"width": 1, "color": p.bg}, "pad": {"t": 23, "l": 0, "r": 0, "b": 0}},
        textfont={"color": inks, "size": sizes, "family": FONT}, pathbar={"visible": False},
        tiling={"packing": "squarify", "squarifyratio": 1.15, "pad": 1.5}, root={"color": base.CLEAR},
    )  # fmt: skip
    return fig


def _header(group: str, share: float) -> str:
    """A group's name as its header has room for it: a longer one would be shrunk by the chart."""
    if share > 0.2:
        return group
    return group.split(" and ")[0] if share > 0.05 else group.split()[0]


def _tile_text(
    symbol: str, name: str, short: str, move: float, lost: float, value: float, total: float
) -> tuple[str, float]:
    """Text and size by the tile's share of the map: name, move and dollars, then fewer of them."""
    share = value / total
    money = f.usd(-lost)
    if share > 0.115:
        return f"<b>{name}</b><br>{f.percent(move, 1)}<br>{money}", 17.0
    if share > 0.032:
        return f"<b>{short if len(short) < 9 else symbol}</b><br>{f.percent(move, 1)}<br>{money}", 14.0
    if share > 0.0165:
        return f"<b>{short if len(short) < 8 else symbol}</b><br>{f.percent(move, 1)}", 12.5
    if share > 0.0085:
        return f"<b>{symbol}</b><br>{f.percent(move, 0)}", 12.0
    return (symbol if share > 0.0034 else ""), 11.0


def ranking(impact: Impact, p: Palette, most: int = 14) -> go.Figure:
    """Dollars lost by company, largest first, with the move in muted type; moves alone where no count is known."""
    table = impact.table
    counted = table["lost"].notna().any()
    size = table["lost"].abs() / 1e9 if counted else table["day"].abs() * 100
    signed = table["lost"] if counted else -table["day"]
    order = signed.dropna().sort_values(ascending=not (impact.value.net > 0 if counted else impact.fell >= impact.rose))
    rows = table.loc[order.index[:most][::-1]].assign(size=size)
    fig = base.figure(p, max(30 * len(rows) + 20, 110), l=104, r=118, t=0, b=0)
    money = [f.usd(-lost, signed=True) for lost in rows["lost"]]
    fig.add_bar(
        x=rows["size"], y=rows["short"], orientation="h", width=0.66,
        marker={"color": [p.move(v) for v in rows["day"]]},
        customdata=[f"{n}: {m}, {f.percent(d)}" for n, m, d in zip(rows["name"], money, rows["day"], strict=True)],
        hovertemplate="%{customdata}<extra></extra>",
    )  # fmt: skip
    for _, r in rows.iterrows():
        move = f.percent(r["day"], 1)
        both = f"<b>{f.usd(abs(r['lost']))}</b>  <span style='color:{p.muted}'>{move}</span>"
        base.note(fig, r["size"], r["short"], both if counted else f"<b>{move}</b>", xanchor="left", xshift=5)
    fig.update_xaxes(visible=False, range=[0, max(float(rows["size"].max()) * 1.02, 1e-9)])
    fig.update_yaxes(showgrid=False, tickfont={"size": 13, "color": p.ink}, range=[-0.6, len(rows) - 0.4])
    return fig


def paths(impact: Impact, p: Palette, focus: str) -> go.Figure:
    """Every company around the event, baseline = 100, on a log axis: focus in ink, mean in loss, peers grey."""
    lines, x = impact.paths, impact.offsets
    days = base.session_names(lines.index, x)
    mean, bench = lines.mean(axis=1), impact.benchmark_path
    fig = base.figure(p, 400, l=34, r=74, t=26, b=42)
    for symbol in lines.columns.drop(focus):
        base.line(fig, x, lines[symbol], p.peer, 1, opacity=0.6)
    base.rule(fig, p, x0=x[0], x1=x[-1], y0=100, y1=100)
    base.unified_hover(fig, p, x, mean, days)
    bench_name = impact.benchmark.name
    base.line(fig, x, bench, p.muted, 1.6, dash=base.BENCHMARK_DASH, name=bench_name, hover="%{y:.1f}")
    if lines.shape[1] > 1:
        base.line(fig, x, mean, p.loss, 2, name=f"Mean of {lines.shape[1]}", hover="%{y:.1f}")
    name = impact.table.at[focus, "name"]
    base.line(fig, x, lines[focus], p.ink, 2.6, name=name, hover="%{y:.1f}")
    base.event_rule(fig, p, event_label(impact), room_right=x[0] / (x[-1] - x[0] + 1) > -0.5)
    mark_low(fig, impact, p, focus)
    path_ends(fig, impact, p, focus)
    path_axes(fig, impact)
    return fig


def event_label(impact: Impact, *, year: bool = False) -> str:
    """`DeepSeek sell-off, Mon 27 Jan`: the event's name in bold where it has one, and its day."""
    when = f.day(impact.day.session, year=year)
    event = impact.day.event
    return f"<b>{event.short if len(event.title) > 24 else event.title}</b>, {when}" if event else f"<b>{when}</b>"


def mark_low(fig: go.Figure, impact: Impact, p: Palette, focus: str) -> None:
    """The focus company's lowest close after the event, where it lies below the event's own."""
    after = impact.paths[focus].loc[impact.day.session :]
    if len(after) < 3 or after.idxmin() == impact.day.session:
        return
    when, value = after.idxmin(), after.min()
    x = impact.history.position(when) - impact.day.position
    base.dot(fig, p, x, value, p.ink)
    late = x > 0.8 * impact.offsets[-1]
    base.note(
        fig, x, math.log10(value), f"<b>{value:.0f}</b>  {when.day} {when:%b}", yanchor="top", yshift=-4,
        xanchor="right" if late else "left",
    )  # fmt: skip


def path_ends(fig: go.Figure, impact: Impact, p: Palette, focus: str) -> None:
    """Labels at the right: lowest and highest peer, focus, mean and benchmark."""
    last = impact.paths.iloc[-1].dropna()
    ends = []
    others = last.drop(focus, errors="ignore")
    if len(others) > 1:
        ends += [(f"<b>{s}</b> {others[s]:.0f}", others[s], p.muted) for s in {others.idxmin(), others.idxmax()}]
    if focus in last:
        ends.append((f"<b>{focus}</b> {last[focus]:.0f}", last[focus], p.ink))
    if len(last) > 1:
        ends.append((f"<b>Mean</b> {last.mean():.0f}", last.mean(), p.loss_text))
    bench = impact.benchmark_path.iloc[-1]
    ends.append((f"<b>{impact.benchmark.short}</b> {bench:.0f}", bench, p.muted))
    low, high = path_range(impact)
    base.end_labels(fig, impact.offsets[-1], ends, math.log10(high / low) * 0.052, log=True)


def path_range(impact: Impact) -> tuple[float, float]:
    """Lowest and highest value of all paths with a little air."""
    both = np.concatenate([impact.paths.to_numpy().ravel(), impact.benchmark_path.to_numpy()])
    return float(np.nanmin(both)) * 0.94, float(np.nanmax(both)) * 1.06


def path_axes(fig: go.Figure, impact: Impact) -> None:
    """Log axis in index points, session axis in dates."""
    low, high = path_range(impact)
    ticks = base.log_ticks(low, high)
    if len(ticks) < 3:
        ticks = base.linear_ticks(low, high, 5)
    x = impact.offsets
    fig.update_yaxes(
        type="log", range=[math.log10(low), math.log10(high)], tickvals=ticks, ticktext=[base.plain(t) for t in ticks]
    )
    fig.update_xaxes(range=[x[0] - 0.5, x[-1] + 0.3])
    base.time_axis(fig, impact.paths.index, x)
