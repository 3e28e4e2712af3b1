"""The colours: contrast as promised, and the diverging scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.theme import DARK, LIGHT, contrast, interpolated, rgba, text_on

BOTH = pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
SCALE = ((0.0, "#000000"), (0.5, "#808080"), (1.0, "#ff0000"))


@pytest.mark.parametrize(
    ("a", "b", "ratio"),
    [
        # WCAG 2.2: black on white is 21; #767676 is the lightest grey that passes 4.5 on white.
        ("#000000", "#FFFFFF", 21.0),
        ("#FFFFFF", "#FFFFFF", 1.0),
        ("#767676", "#FFFFFF", 4.54),
        ("#777777", "#FFFFFF", 4.48),
        ("#FF0000", "#FFFFFF", 4.00),
        ("#0000FF", "#FFFFFF", 8.59),
    ],
)
def test_contrast_is_that_of_wcag(a, b, ratio):
    assert contrast(a, b) == pytest.approx(ratio, abs=0.005)
    assert contrast(b, a) == contrast(a, b)


@pytest.mark.parametrize(
    ("colour", "light", "dark"),
    [
        ("ink", 15.1, 14.8),
        ("muted", 5.8, 7.7),
        ("loss_text", 6.2, 7.5),
        ("gain_text", 6.2, 8.7),
        ("loss", 5.2, 6.5),
        ("gain", 5.1, 7.9),
        ("peer", 1.8, 2.3),
    ],
)
def test_the_contrast_on_the_background_is_as_measured(colour, light, dark):
    for palette, ratio in ((LIGHT, light), (DARK, dark)):
        assert contrast(getattr(palette, colour), palette.bg) == pytest.approx(ratio, abs=0.1)


@BOTH
@pytest.mark.parametrize("colour", ["ink", "muted", "loss_text", "gain_text"])
@pytest.mark.parametrize("ground", ["bg", "panel"])
def test_text_is_readable_on_both_grounds(palette, colour, ground):
    assert contrast(getattr(palette, colour), getattr(palette, ground)) >= 4.5


@pytest.mark.parametrize(("palette", "least"), [(LIGHT, 4.6), (DARK, 4.7)], ids=["light", "dark"])
def test_text_on_tiles_is_readable_over_the_whole_scale(palette, least):
    ratios = [
        contrast(text_on(tile), tile) for tile in (palette.tile(move, 0.3) for move in np.linspace(-0.35, 0.35, 1401))
    ]
    assert round(min(ratios), 1) >= least


@pytest.mark.parametrize(
    ("colour", "text"),
    [
        ("#FFFFFF", "#000000"),
        ("#000000", "#FFFFFF"),
        ("#8F2410", "#FFFFFF"),
        ("#E39780", "#000000"),
    ],
)
def test_text_on_a_colour_is_white_or_black_whichever_reads_better(colour, text):
    assert text_on(colour) == text


@pytest.mark.parametrize(
    ("at", "colour"),
    [
        (0.0, "#000000"),
        (-3.0, "#000000"),
        (0.25, "#404040"),
        (0.5, "#808080"),
        (0.75, "#c04040"),
        (1.0, "#ff0000"),
        (7.0, "#ff0000"),
    ],
)
def test_a_scale_is_mixed_between_its_colours_and_ends_with_its_ends(at, colour):
    assert interpolated(SCALE, at).lower() == colour


@BOTH
def test_the_colours_of_the_scale_are_met_exactly(palette):
    for at, colour in palette.diverging:
        assert interpolated(palette.diverging, at).lower() == colour.lower()


@BOTH
def test_a_tile_is_the_end_of_the_scale_from_the_limit_on(palette):
    assert palette.tile(-0.15, 0.15).lower() == palette.diverging[0][1].lower()
    assert palette.tile(-0.90, 0.15).lower() == palette.diverging[0][1].lower()
    assert palette.tile(0.0, 0.15).lower() == palette.diverging[3][1].lower()
    assert palette.tile(0.15, 0.15).lower() == palette.diverging[-1][1].lower()


@BOTH
def test_a_missing_move_is_not_coloured_as_a_gain(palette):
    assert palette.tile(float("nan"), 0.15) == palette.tile(0.0, 0.15)


@BOTH
@given(st.floats(0.01, 0.3))
def test_a_tile_is_red_for_a_fall_and_blue_for_a_rise(palette, move):
    def red_and_blue(colour):
        return int(colour[1:3], 16), int(colour[5:7], 16)

    middle_red, middle_blue = red_and_blue(palette.tile(0, 0.3))
    red, blue = red_and_blue(palette.tile(-move, 0.3))
    assert red - blue > middle_red - middle_blue
    red, blue = red_and_blue(palette.tile(move, 0.3))
    assert red - blue < middle_red - middle_blue


@BOTH
def test_a_move_has_the_colour_of_its_sign(palette):
    assert palette.move(-0.001) == palette.loss
    assert palette.move(0.001) == palette.gain
    assert palette.move(0) == palette.move(float("nan")) == palette.peer
    assert palette.move_text(-0.001) == palette.loss_text
    assert palette.move_text(0.001) == palette.gain_text
    assert palette.move_text(0) == palette.move_text(float("nan")) == palette.ink


def test_a_colour_with_an_opacity():
    assert rgba("#C23B1E", 0.5) == "rgba(194,59,30,0.5)"
    assert rgba("#ffffff", 1) == "rgba(255,255,255,1)"
