"""Counts of different things in one line: "5 nam, 3 nữ" may be added, "2 buổi 120 người" must not be.

The idea: the first word of each unit says what is counted. People are added to people and houses to houses; anything
else is asked apart, the one that counts what the question counts before or instead of the others.
"""

from dataclasses import replace
from itertools import combinations

from forms.answers.quantities import Part, Phrase
from forms.answers.reading import Reason
from forms.answers.spelling import clean
from forms.answers.tokens import Tokens


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_FAMILIES = (
    _words(
        "em cháu bé trẻ người lượt viên niên thanh thiếu nhi bạn vị bà đồng chí đc đảng học sinh nam nữ đvtn hs sv tnv "
        "ng dân people person persons children child kids"
    ),
    _words("căn nhà ngôi houses house"),
)
# "đoàn viên", "hội viên": the second word says that people are meant.
_TELLING = frozenset({"viên", "niên", "sinh"})


def apart(phrase: Phrase, unit: str) -> Phrase:
    """The phrase; what would be a sum of unlike things becomes a question between them."""
    if phrase.joint is not Reason.SUM or all(_alike(one, other) for one, other in combinations(phrase.parts, 2)):
        return phrase
    asked = frozenset(clean(unit).split())
    fitting = tuple(part for part in phrase.parts if any(token.among(asked) for token in part.unit))
    return replace(phrase, parts=fitting or phrase.parts, joint=Reason.UNLIKE)


def _alike(one: Part, other: Part) -> bool:
    if not one.unit or not other.unit:
        return True
    mine, its = _thing(one.unit), _thing(other.unit)
    return bool(mine & its) or any(mine & family and its & family for family in _FAMILIES)


def _thing(unit: Tokens) -> frozenset[str]:
    telling = next((token for token in unit if token.among(_TELLING)), unit[0])
    return telling.senses
