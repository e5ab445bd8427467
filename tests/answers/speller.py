"""Numbers written out in Vietnamese, every rank said: the other direction of the reader under test."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
RANKS = ("", "nghìn", "triệu", "tỷ")


def spelled(number: int, *, zero: str = "linh", thousand: str = "nghìn") -> str:
    """0 ≤ number < 10**12. `zero` and `thousand` choose between the North and the South."""
    groups = [number // 1000**power % 1000 for power in range(4)]
    top = max((power for power, group in enumerate(groups) if group), default=0)
    lowest = min((power for power, group in enumerate(groups) if group), default=0)
    parts = [_with_rank(groups[power], power, full=power < top) for power in range(top, lowest - 1, -1)]
    return " ".join(parts).replace("linh", zero).replace("nghìn", thousand)


def _with_rank(group: int, power: int, *, full: bool) -> str:
    """A group of three digits with its rank; an empty one in the middle is "không nghìn"."""
    words = _group(group, full=full and group > 0) if group or not full else "không"
    return f"{words} {RANKS[power]}".strip()


def _group(group: int, *, full: bool) -> str:
    hundreds, rest = divmod(group, 100)
    if hundreds == 0 and not full:
        return _below_hundred(rest)
    tail = "" if rest == 0 else f"linh {DIGITS[rest]}" if rest < 10 else _below_hundred(rest)
    return f"{DIGITS[hundreds]} trăm {tail}".strip()


def _below_hundred(rest: int) -> str:
    tens, ones = divmod(rest, 10)
    if tens == 0:
        return DIGITS[ones]
    last = {1: "mốt" if tens > 1 else "một", 4: "tư" if tens > 1 else "bốn", 5: "lăm"}.get(ones, DIGITS[ones])
    return f"{'mười' if tens == 1 else DIGITS[tens] + ' mươi'} {last if ones else ''}".strip()
