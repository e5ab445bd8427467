"""The same figure twice, as offices write it: "600 triệu đồng (sáu trăm triệu đồng)", "19/19 xã (100%)".

The idea: read what stands outside and inside the brackets by itself. Agreeing figures confirm each other, differing
ones are asked together, and a remark in brackets without a figure changes nothing.
"""

from collections.abc import Callable

from forms.answers.reading import Reading, Rejected, Understood, merge, values_of
from forms.answers.tokens import Tokens


def read_with_gloss(tokens: Tokens, read: Callable[[Tokens], Reading | None]) -> Reading | None:
    opening = next((at for at, token in enumerate(tokens) if at and token.shows("(")), None)
    if opening is None:
        return read(tokens)
    inner = tuple(token for token in tokens[opening + 1 :] if not token.shows(")"))
    outside, inside = read(tokens[:opening]), read(inner) if inner else None
    if outside is None or isinstance(outside, Rejected) or inside is None or isinstance(inside, Rejected):
        return outside
    common = [value for value in values_of(outside) if value in values_of(inside)]
    agreed = len(common) == 1 and (isinstance(outside, Understood) or isinstance(inside, Understood))
    return Understood(common[0]) if agreed else merge([outside, inside])
