"""The look: colours for light and dark, type for charts, and the style sheet."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import streamlit as st

ASSETS = Path(__file__).parent / "assets"
FONT = '"Source Sans", "Source Sans 3", "Source Sans Pro", system-ui, sans-serif'

Scale = tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Palette:
    """The colours of one theme. Ink is focus, vermilion is loss, blue is gain, grey is everybody else."""

    dark: bool
    bg: str
    panel: str
    ink: str
    muted: str
    faint: str
    rule: str
    grid: str
    peer: str
    loss: str
    loss_text: str
    gain: str
    gain_text: str
    shade: str
    diverging: Scale

    def move(self, value: float) -> str:
        """Fill for a move: loss, gain, or grey where nothing moved."""
        return self.loss if value < 0 else self.gain if value > 0 else self.peer

    def move_text(self, value: float) -> str:
        """Text colour for a move."""
        return self.loss_text if value < 0 else self.gain_text if value > 0 else self.ink

    def tile(self, move: float, limit: float) -> str:
        """Colour of a tile on the diverging scale, −limit to +limit; a missing move takes the middle."""
        return interpolated(self.diverging, 0.5 + move / (2 * limit) if move == move else 0.5)


LIGHT = Palette(
    dark=False, bg="#FCFBF9", panel="#F2F0EB", ink="#1B2430", muted="#5C6470", faint="#868D97", rule="#DDD9D1",
    grid="#ECE9E2", peer="#B9BDC3", loss="#C23B1E", loss_text="#AE3116", gain="#1F6FB2", gain_text="#1A629E",
    shade="rgba(27,36,48,.045)",
    diverging=((0, "#8F2410"), (.25, "#C23B1E"), (.42, "#E39780"), (.5, "#DCD8CF"), (.58, "#8DBADB"), (.75, "#1F6FB2"),
               (1, "#124A7A")),
)  # fmt: skip
DARK = Palette(
    dark=True, bg="#13171D", panel="#1C222A", ink="#EDE9E0", muted="#A3ABB5", faint="#6F7883", rule="#2E353F",
    grid="#20262E", peer="#4A525D", loss="#F0795A", loss_text="#F58B6E", gain="#6CB2EC", gain_text="#7DBBEE",
    shade="rgba(237,233,224,.05)",
    diverging=((0, "#C44A26"), (.22, "#AC4123"), (.42, "#5E3228"), (.5, "#2C323B"), (.58, "#264258"), (.78, "#2C699C"),
               (1, "#2F78B4")),
)  # fmt: skip


def palette() -> Palette:
    """The palette of the theme the reader sees."""
    return DARK if st.context.theme.type == "dark" else LIGHT


def apply_style() -> None:
    """Put the style sheet and its colours into the page; call once a run, before anything is drawn."""
    colours = {k.replace("_", "-"): v for k, v in asdict(palette()).items() if isinstance(v, str)}
    st.html("<style>:root{" + "".join(f"--{name}:{value};" for name, value in colours.items()) + "}</style>")
    st.html(ASSETS / "style.css")


def logo() -> str:
    """Path of the mark for the theme the reader sees."""
    return str(ASSETS / ("mark-dark.svg" if palette().dark else "mark-light.svg"))


def rgba(colour: str, alpha: float) -> str:
    """A hexadecimal colour with an opacity."""
    r, g, b = _rgb(colour)
    return f"rgba({r},{g},{b},{alpha:g})"


def interpolated(scale: Scale, at: float) -> str:
    """The colour of a scale at a position from 0 to 1; positions outside take the end colours."""
    at = min(max(at, 0.0), 1.0)
    for (a, low), (b, high) in pairwise(scale):
        if at <= b:
            f = (at - a) / (b - a)
            mixed = (round(x + (y - x) * f) for x, y in zip(_rgb(low), _rgb(high), strict=True))
            return "#" + "".join(f"{c:02x}" for c in mixed)
    return scale[-1][1]


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two colours after WCAG 2.2, 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(colour: str) -> str:
    """White or black, whichever reads better on a colour."""
    return "#FFFFFF" if contrast("#FFFFFF", colour) >= contrast("#000000", colour) else "#000000"


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    def linear(channel: int) -> float:
        c = channel / 255
        return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)

    r, g, b = map(linear, _rgb(colour))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
