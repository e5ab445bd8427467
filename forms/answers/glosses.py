"""The same figure twice, as offices write it: "600 triệu đồng (sáu trăm triệu đồng)", "19/19 xã (100%)".

The idea: read what stands outside and inside the brackets by itself. Agreeing figures confirm each other, differing
ones are asked together. A remark in brackets, and what follows "trong đó", changes nothing.
"""

from collections.abc import Callable
from itertools import pairwise

from forms.answers.reading import Reading, Rejected, Understood, merge, values_of
from forms.answers.tokens import Token, Tokens


def read_with_gloss(tokens: Tokens, read: Callable[[Tokens], Reading | None]) -> Reading | None:
    """What `read` makes of the tokens, checked against a second figure in brackets if there is one."""
    opening = next((at for at, token in enumerate(tokens) if at and token.shows("(")), len(tokens))
    details = next((at for at, (first, second) in enumerate(pairwise(tokens)) if _opens_details(first, second)), None)
    if details:
        return read(tokens[: min(opening, details)])
    outside = read(tokens[:opening])
    inner = tuple(token for token in tokens[opening + 1 :] if not token.shows(")"))
    inside = read(inner) if inner else None
    if outside is None or isinstance(outside, Rejected) or not isinstance(inside, Understood):
        return outside
    return inside if inside.value in values_of(outside) else merge([outside, inside])


def _opens_details(first: Token, second: Token) -> bool:
    return first.means("trong") and second.means("đó")
