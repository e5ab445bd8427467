"""The order that randomize() makes of a seed: the same in every tool of ODK, so that a form can rely on it."""

import hashlib
from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from forms.values import Value, number, string

T = TypeVar("T")
# The generator of Park and Miller, which the ODK XForms specification names.
MODULUS = 2**31 - 1
FACTOR = 16807


def shuffled(items: Sequence[T], seed: Value) -> list[T]:
    """`items` by the “inside-out” shuffle of Fisher and Yates, drawn from `seed`: a number, or a text that is none."""
    state = _first(_whole(seed))
    found: list[T] = []
    for place, item in enumerate(items):
        state = state * FACTOR % MODULUS
        # In floating point, so that it also rounds as it does in the other tools.
        other = int((state - 1) / (MODULUS - 1) * (place + 1))
        found.append(item)
        found[place], found[other] = found[other], item
    return found


def _whole(seed: Value) -> int:
    given = number(seed)
    if given.is_finite():
        return int(given)
    if isinstance(seed, Decimal) or not string(seed):
        return 0
    return int.from_bytes(hashlib.sha256(string(seed).encode()).digest()[:8], "big", signed=True)


def _first(seed: int) -> int:
    """The state that the generator starts from: 1 to MODULUS - 1."""
    # The remainder has the sign of the seed, as in Java and JavaScript.
    state = seed % MODULUS if seed >= 0 else -(-seed % MODULUS)
    return state if state > 0 else state + MODULUS - 1
