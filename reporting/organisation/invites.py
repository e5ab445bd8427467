"""Invite codes: short enough to be read out over the telephone, too many to be guessed."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from io import BytesIO

# No 0/O, 1/I/L: they are mistaken for each other on paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_ANY = ALPHABET + ALPHABET[8:].lower()
_SHAPE = re.compile(rf"([{ALPHABET}]{{4}})[\s-]?([{ALPHABET}]{{4}})")


def new_code() -> str:
    """A fresh code such as K7QM-2XPD: some 8 × 10¹¹ of them."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def read_code(text: str) -> str | None:
    """The code that a line holds, in its one spelling; None if the line is not shaped like one."""
    match = _SHAPE.fullmatch(text.strip().upper())
    return f"{match[1]}-{match[2]}" if match else None


def find_code(text: str, *, is_stranger: bool) -> str | None:
    """The first code within a sentence. Its halves stand in capitals or have a digit: other words may be as long. A
    stranger, who has nothing else to say, may leave out the hyphen."""
    between = r"[\s-]" if is_stranger else "-"
    for found in re.finditer(rf"(?<![\w-])(?=([{_ANY}]{{4}}){between}([{_ANY}]{{4}})(?![\w-]))", text):
        code = f"{found[1]}-{found[2]}"
        if re.search(r"\d", code) or code.isupper():
            return code.upper()
    return None


def hash_code(code: str, secret: bytes) -> str:
    """What is stored of a code: without the secret a copy of the database lets nobody in."""
    return hmac.new(secret, b"invite:" + code.encode(), hashlib.sha256).hexdigest()


def qr_png(link: str) -> bytes:
    """A link as a QR code, large enough for a telephone's camera to read it from another screen."""
    import segno

    out = BytesIO()
    segno.make(link, error="m").save(out, kind="png", scale=10, border=4)
    return out.getvalue()
