"""Figures of the first page: the map and the ranking."""

from __future__ import annotations

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
    groups = impact.value.by_group(table["group"])
    for group, value, lost, move in groups[["value_before", "lost", "move"]].itertuples() if grouped else ():
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
    fig = base.sheet(p, 458, t=0, b=0, r=0)
    fig.add_treemap(
        ids=ids, labels=labels, parents=parents, values=values, text=texts, customdata=hovers,
        branchvalues="total", sort=True, texttemplate="%{text}", hovertemplate="%{customdata}<extra></extra>",
        marker={"colors": colours, "line": {"width": 1, "color": p.bg}, "pad": {"t": 23, "l": 0, "r": 0, "b": 0}},
        textfont={"color": inks, "size": sizes, "family": FONT}, pathbar={"visible": False},
        tiling={"packing": "squarify", "squarifyratio": 1.15, "pad": 1.5}, root={"color": base.CLEAR},
    )  # fmt: skip
    return fig.figure()


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
        return f"<b>{symbol}</b> {f.percent(move, 0)}", 12.0
    return (symbol if share > 0.0034 else ""), 11.0


def ranking(impact: Impact, p: Palette, most: int = 14) -> go.Figure:
    """Dollars lost by company, largest first, with the move in muted type; moves alone where no count is known."""
    table = impact.table
    counted = table["lost"].notna().any()
    size = table["lost"].abs() / 1e9 if counted else table["day"].abs() * 100
    signed = table["lost"] if counted else -table["day"]
    order = signed.dropna().sort_values(ascending=not (impact.value.net > 0 if counted else impact.fell >= impact.rose))
    rows = table.loc[order.index[:most][::-1]].assign(size=size)
    fig = base.sheet(p, max(30 * len(rows) + 20, 110), l=104, r=118, t=0, b=0)
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
    return fig.figure()
