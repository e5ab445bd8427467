"""A sheet to draw on in pixels from the top left, on matplotlib's object API (no pyplot, no global state)."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from io import BytesIO
from typing import Literal

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

from reporting.documents.box import Box

FONT = "DejaVu Sans"
"""Comes with matplotlib and has every Vietnamese letter."""

LONGEST = 200
"""Letters of a text that has to fit somewhere; measuring more would cost more than drawing."""

DPI = 100
PAPER, INK, GREY = "#ffffff", "#1f2933", "#52606d"

Align = Literal["left", "center", "right"]


class Canvas:
    """Later shapes lie over earlier ones. Sizes of letters are in pixels, too."""

    def __init__(self, width: int, height: int) -> None:
        self._figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.set_axis_off()
        self._known = frozenset(get_font(findfont(FONT)).get_charmap())
        self._layer = 1

    def text(
        self,
        x: float,
        y: float,
        words: str,
        size: float,
        *,
        color: str = INK,
        bold: bool = False,
        align: Align = "left",
        room: float = 0,
        halo: bool = False,
    ) -> float:
        """Write on the base line `y`, cut to `room` pixels where it is given; returns the width it took."""
        drawn = self._axes.text(
            x, y, self._drawable(words), fontsize=size * 72 / DPI, color=color, ha=align, va="baseline",
            fontfamily=FONT, fontweight="bold" if bold else "normal", zorder=self._next(),
            # A dollar sign in a form's text is no formula.
            parse_math=False,
        )  # fmt: skip
        if halo:
            drawn.set_path_effects([withStroke(linewidth=3, foreground=PAPER)])
        if room:
            _cut(drawn, room)
        return float(drawn.get_window_extent().width)

    def rect(self, box: Box, color: str) -> None:
        shape = Rectangle((box.left, box.top), box.width, box.height, facecolor=color, linewidth=0)
        shape.set_zorder(self._next())
        self._axes.add_patch(shape)

    def area(self, points: Sequence[tuple[float, float]], color: str) -> None:
        self._axes.add_patch(Polygon(points, closed=True, facecolor=color, linewidth=0, zorder=self._next()))

    def line(self, points: Sequence[tuple[float, float]], color: str, width: float) -> None:
        xs, ys = zip(*points, strict=True)
        self._axes.add_line(Line2D(xs, ys, color=color, linewidth=width * 72 / DPI, zorder=self._next()))

    def png(self) -> bytes:
        out = BytesIO()
        self._figure.savefig(out, format="png", dpi=DPI)
        return out.getvalue()

    def _next(self) -> int:
        self._layer += 1
        return self._layer

    def _drawable(self, words: str) -> str:
        """Composed letters, without those that the font lacks (an emoji in a campaign's name)."""
        composed = unicodedata.normalize("NFC", words)
        return "".join(letter for letter in composed if ord(letter) in self._known).strip()


def _cut(drawn: Text, room: float) -> None:
    words = drawn.get_text()[:LONGEST]

    def width(letters: int) -> float:
        # Between two words, where there is more than one.
        start = words[:letters].rpartition(" ")[0] or words[:letters]
        drawn.set_text(words if letters == len(words) else start.rstrip() + "…")
        return float(drawn.get_window_extent().width)

    if width(len(words)) > room:
        # The most letters that fit, found in a few measurements: each one lays the text out anew.
        width(max(0, bisect_right(range(len(words)), room, key=width) - 1))
