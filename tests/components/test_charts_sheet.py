"""A figure gathered first and built at once is the figure that Plotly builds step by step."""

import math

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.charts import base
from components.theme import DARK, LIGHT

LINE = {"type": "line", "x0": 0, "x1": 1, "y0": 2, "y1": 2, "line": {"color": "red", "width": 1}}
TILE = {"type": "rect", "x0": 0, "x1": 5, "yref": "paper", "y0": 0, "y1": 1, "fillcolor": "grey", "line_width": 0}
TEXT = {"x": 1, "y": 2, "text": "<b>low</b>", "showarrow": False, "font": {"size": 13}}


def plain_sheet(**layout):
    return base.Sheet({"template": "none", "xaxis": {}, "yaxis": {}, **layout})


def test_a_sheet_equals_a_figure_built_step_by_step():
    sheet = plain_sheet(height=300)
    step = go.Figure(layout={"template": "none", "height": 300})
    for fig in (sheet, step):
        fig.add_scatter(x=[0, 1, 2], y=[3, 1, 2], mode="lines", line={"color": "red", "width": 2})
        fig.add_bar(x=[0, 1], y=[5, 6], marker={"color": ["red", "blue"]})
        fig.add_candlestick(x=[0], open=[1], high=[3], low=[0.5], close=[2])
        fig.add_shape(**LINE)
        fig.add_shape(**TILE)
        fig.add_annotation(**TEXT)
        fig.add_annotation(**{**TEXT, "text": "high"})
        fig.update_xaxes(range=[0, 3], showgrid=False)
        fig.update_yaxes(type="log", tickvals=[1, 2], ticktext=["1", "2"])
        fig.update_layout(hovermode="x unified", bargap=0.3)
    made = sheet.figure()
    assert isinstance(made, go.Figure)
    assert made.to_plotly_json() == step.to_plotly_json()
    assert [t.type for t in made.data] == ["scatter", "bar", "candlestick"]
    assert [s.type for s in made.layout.shapes] == ["line", "rect"]
    assert [a.text for a in made.layout.annotations] == ["<b>low</b>", "high"]


def test_a_treemap_equals_plotlys_own():
    sheet, step = plain_sheet(), go.Figure(layout={"template": "none", "xaxis": {}, "yaxis": {}})
    tiles = {"labels": ["all", "NVIDIA", "AMD"], "parents": ["", "all", "all"], "values": [0, 9, 1]}
    for fig in (sheet, step):
        fig.add_treemap(**tiles)
    assert sheet.figure().to_plotly_json() == step.to_plotly_json()


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_a_sheet_keeps_everything_in_the_order_added(traces, shapes, notes):
    sheet = plain_sheet()
    for k in range(traces):
        sheet.add_scatter(x=[k], y=[k])
    for k in range(shapes):
        sheet.add_shape(**{**LINE, "x0": k})
    for k in range(notes):
        sheet.add_annotation(**{**TEXT, "text": str(k)})
    fig = sheet.figure()
    assert [t.x[0] for t in fig.data] == list(range(traces))
    assert [s.x0 for s in fig.layout.shapes] == list(range(shapes))
    assert [a.text for a in fig.layout.annotations] == [str(k) for k in range(notes)]


@pytest.mark.parametrize(
    ("call", "field"), [("add_scatter", "colour"), ("add_shape", "wide"), ("add_annotation", "at")]
)
def test_what_plotly_does_not_know_is_refused_at_the_end(call, field):
    sheet = plain_sheet()
    getattr(sheet, call)(**{field: 1})
    with pytest.raises(ValueError, match=field):
        sheet.figure()


def test_a_figure_can_be_made_again_and_does_not_change_the_sheet():
    sheet = plain_sheet()
    sheet.add_shape(**LINE)
    first = sheet.figure()
    first.layout.height = 99
    first.layout.shapes[0].x0 = 7
    assert sheet.figure().layout.height is None
    assert sheet.figure().layout.shapes[0].x0 == 0


# Settings of the layout


def test_settings_of_an_axis_are_added_to_what_it_has():
    sheet = plain_sheet(yaxis={"showgrid": True, "gridcolor": "grey"})
    sheet.update_layout(yaxis={"range": [0, 1], "gridcolor": "red"}, height=300)
    sheet.update_layout(yaxis2={"domain": [0, 0.2]})
    sheet.update_layout(yaxis2={"range": [0, 9]})
    assert sheet.layout["yaxis"] == {"showgrid": True, "gridcolor": "red", "range": [0, 1]}
    assert sheet.layout["yaxis2"] == {"domain": [0, 0.2], "range": [0, 9]}
    assert sheet.layout["height"] == 300
    assert sheet.figure().layout.yaxis2.domain == (0, 0.2)


def test_axes_keep_their_settings_apart():
    sheet = base.sheet(LIGHT, 300)
    sheet.update_xaxes(range=[0, 1])
    sheet.update_yaxes(showgrid=False)
    fig = sheet.figure()
    assert fig.layout.xaxis.range == (0, 1)
    assert fig.layout.yaxis.range is None
    assert fig.layout.yaxis.showgrid is False
    assert fig.layout.yaxis.tickfont.color == LIGHT.muted


def test_settings_of_one_sheet_do_not_reach_the_next():
    first = base.sheet(LIGHT, 300)
    first.update_xaxes(visible=False)
    first.update_layout(hovermode="x unified", hoverlabel={"align": "right"})
    first.add_shape(**LINE)
    second = base.sheet(LIGHT, 300)
    assert second.layout["xaxis"].get("visible") is None
    assert "hovermode" not in second.layout
    assert second.layout["hoverlabel"]["align"] == "left"
    assert second.shapes == []


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_an_empty_sheet_has_the_house_style(palette):
    fig = base.sheet(palette, 240, l=52, r=84, t=54, b=42).figure()
    margin = fig.layout.margin
    assert (fig.layout.height, margin.l, margin.r, margin.t, margin.b) == (240, 52, 84, 54, 42)
    assert len(fig.data) == len(fig.layout.shapes) == len(fig.layout.annotations) == 0
    assert fig.layout.font.color == palette.ink
    assert fig.layout.yaxis.gridcolor == palette.grid
    assert fig.layout.xaxis.fixedrange is fig.layout.yaxis.fixedrange is True


# The vertical axis


@pytest.mark.parametrize(
    ("low", "high", "log", "ticks"),
    [
        (0, 600, False, [0, 100, 200, 300, 400, 500, 600]),
        (50, 200, True, [60, 100, 125, 160, 200]),  # without 50 and 80, which would make seven
        (96, 104, True, [96, 98, 100, 102, 104]),  # a log axis too short for three round numbers takes linear ones
    ],
)
def test_the_vertical_axis_has_round_numbers_from_end_to_end(low, high, log, ticks):
    sheet = base.sheet(LIGHT, 300)
    base.value_axis(sheet, low, high, log=log, tick=base.plain)
    axis = sheet.figure().layout.yaxis
    assert axis.type == ("log" if log else "linear")
    assert axis.range == pytest.approx((math.log10(low), math.log10(high)) if log else (low, high))
    assert list(axis.tickvals) == pytest.approx(ticks)
    assert list(axis.ticktext) == [f"{t:g}" for t in ticks]
    assert axis.showgrid is True  # the house style stays


@given(st.floats(0.01, 1000), st.floats(1.02, 1e4), st.booleans())
def test_the_ticks_of_the_vertical_axis_lie_on_it(low, ratio, log):
    high = low * ratio
    sheet = base.sheet(LIGHT, 300)
    base.value_axis(sheet, low, high, log=log, tick=base.dollars)
    axis = sheet.layout["yaxis"]
    slack = 1e-6 * (high - low)
    assert all(low - slack <= t <= high + slack for t in axis["tickvals"])
    assert len(axis["tickvals"]) >= 2
    assert axis["ticktext"] == [base.dollars(t) for t in axis["tickvals"]]
