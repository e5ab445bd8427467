"""A typed line brought to one form before dates and times are looked for in it.

The idea: accents off, number words as digits where a calendar word stands beside them ("tháng sáu" -> "thang 6"),
other spellings unified ("hqua", "bữa ni"). Words whose tone changes the day (kia and kìa, mốt and một, sau and sáu,
tới and tối) keep it; typed without accents they get a "~", which means: both.
"""

from decimal import Decimal

from forms.answers import vocabulary as vocab
from forms.answers.numerals import COMMON_RANKS, numerals
from forms.answers.spelling import unaccent
from forms.answers.tokens import Kind, Token, Tokens

# Accented word -> the form it takes in the line. All others lose their accents.
_KEPT = {"kìa": "kìa", "mốt": "mốt", "tới": "tới", "sáu": "sáu", "âm": "âm", "bây": "bây", "mơi": "mai"}
_TWO_FACED = {"kia", "mot", "sau", "toi"}
_SAME = {
    "hnay": "hom nay", "hqua": "hom qua", "hum": "hom", "bua": "hom", "wa": "qua", "ni": "nay", "mong": "mung",
    "cn": "chu nhat", "phut": "p", "ph": "p", "gio": "h", "g": "h", "'": "p", "′": "p",
}  # fmt: skip
_YEARS = frozenset({"nay", "ngoái", "trước", "sau", "tới"})
_BEFORE_NUMBER = frozenset({"ngày", "tháng", "thứ", "mùng", "mồng", "đây", "kém", "thiếu", "lúc", "hôm", "giờ"})
_AFTER_NUMBER = (
    frozenset({"ngày", "tháng", "tuần", "hôm", "bữa", "giờ", "phút", "h", "g", "days", "weeks"}) | vocab.HALF_MORE
)


def calendar_line(tokens: Tokens) -> str:
    """The tokens in canonical form, one blank between each two."""
    words: list[str] = []
    at = 0
    while at < len(tokens):
        end, value = _number_run(tokens, at)
        words.append(_canonical(tokens[at]) if end == at else str(value))
        at = max(end, at + 1)
    return " ".join(words)


def _canonical(token: Token) -> str:
    plain = unaccent(token.text)
    if plain in _TWO_FACED and len(token.senses) > 1:
        return f"{plain}~"
    return _KEPT.get(token.text) or _SAME.get(plain, plain)


def _number_run(tokens: Tokens, start: int) -> tuple[int, Decimal]:
    """The longest run of number words from `start` that a calendar word vouches for: its end and its value."""
    for end in range(min(len(tokens), start + 4), start, -1):
        run = tokens[start:end]
        if not _vouched(tokens, start, end) or any(not _may_count(token) for token in run):
            continue
        if len(run) > 1 and run[-1].means("năm") and _names_a_year(tokens[end:]):
            continue
        if len(run) == 1 and run[0].means("bây") and end < len(tokens) and tokens[end].means("giờ"):
            continue  # "bay gio" without accents: seven o'clock, or now
        readings = numerals(run, COMMON_RANKS)
        if readings and readings[-1].whole and readings[-1].value <= 60:
            return end, readings[-1].value
    return start, Decimal(0)


def _may_count(token: Token) -> bool:
    return token.kind is Kind.WORD and bool(token.senses) and not _canonical(token).endswith("~")


def _names_a_year(behind: Tokens) -> bool:
    return bool(behind) and (behind[0].kind is Kind.NUMBER or behind[0].among(_YEARS))


def _vouched(tokens: Tokens, start: int, end: int) -> bool:
    before = start > 0 and tokens[start - 1].among(_BEFORE_NUMBER)
    return before or (end < len(tokens) and (tokens[end].among(_AFTER_NUMBER) or tokens[end].text in ("h", "g")))
