"""Colours and measures of the digest's picture."""

from __future__ import annotations

WIDTH, HEIGHT = 1000, 750
"""In pixels; with many targets it is higher."""
MARGIN = 40

# Told apart by people who see colours differently, too (Okabe and Ito).
ON_TIME, LATE, MISSING, NOBODY = "#0072b2", "#e69f00", "#d55e00", "#eef1f4"
PALE_ON_TIME, PALE_LATE = "#8cc4e6", "#f5d28c"
BAR, BAR_NOW, SUM, SUM_FILL, BEYOND = "#7fb8dc", "#0072b2", "#2e7d4f", "#e6f2ea", "#1a5334"
LINE, GREY, INK, DEMO = "#cbd2d9", "#52606d", "#1f2933", "#9a5b00"
