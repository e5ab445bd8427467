"""What a picture shows, as 64 bits that survive scaling and compression: whether each of 8 × 8 places is brighter than
the one to its right (a difference hash)."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise

from PIL import Image, ImageOps

_WIDTH, _HEIGHT = 9, 8

LEAST_CONTRAST = 8
"""Of 255: a picture whose brightest and darkest place differ by less shows nothing that it could be known by."""


def looks_of(data: bytes) -> str | None:
    """The hash of a picture as 16 hexadecimal digits; None for one of (nearly) one colour, or one that breaks off."""
    try:
        with Image.open(BytesIO(data)) as image:
            # Of a large JPEG only as much is decoded as is looked at.
            image.draft("L", (_WIDTH * 16, _HEIGHT * 16))
            small = ImageOps.exif_transpose(image).convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.BOX)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    pixels = small.tobytes()
    if max(pixels) - min(pixels) < LEAST_CONTRAST:
        return None
    rows = (pixels[start : start + _WIDTH] for start in range(0, len(pixels), _WIDTH))
    bits = "".join("1" if left > right else "0" for row in rows for left, right in pairwise(row))
    return f"{int(bits, 2):016x}"
