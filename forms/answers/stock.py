"""Answers that hold no figure: nothing took place, not yet, I do not know.

The idea: zero, "nothing to report" and silence are three different things. "Không có" may become 0 after a yes;
"chưa" may be 0 or empty; "không biết" is never a value. Only closed lists match, so that "không kịp" or "không có
thời gian" stays unread instead of turning into a zero.
"""

import re
from enum import Enum, auto

from forms.answers.tokens import cuts, plain_line

_NO = r"(?:khong|ko|k|kg|khg|hong|hok|hem|hoong|chang|cha)"
_YET = r"(?:chua|ch)"
_SPEAKER = r"(?:da |thua |em |minh |toi |ben em |don vi |xa em |cai nay |that su |hien |nay |van )*"
_MANNERS = r"(?: a| nha| nhe| thoi| het| ca| dau| luon| roi| nua)*"

_KNOWING = (
    r"(?:biet|bit|pit|nho|ro|chac|hieu|nam (?:ro|duoc|so)|tong hop|thong ke|cap nhat|xac dinh|dem|kiem|kiem tra|"
    r"ra soat|bao cao|nhan duoc|chot|(?:co )?so lieu|co (?:so|bao cao|thong tin|ket qua|tong hop)|thong tin)"
)
_UNKNOWN = re.compile(
    rf"{_SPEAKER}(?:{_NO}|{_YET})(?: the| co| ai| kip| he)? {_KNOWING}\b.*"
    r"|(?:em |da )*(?:quen(?: roi| mat)?|chiu|dang (?:tong hop|cap nhat|thong ke|cho).*|de (?:em )?(?:hoi|xem|kiem).*)"
    r"|.*\b(?:don ' ?t know|do not know|not sure|no idea|idk|unknown)\b.*|\?[? ]*"
)

_DOING = (
    r"(?:co|phat sinh|lam|to chuc|thuc hien|trien khai|ton|mat|chi|su dung|tang|trao|ho tro|xay|sua|ghi nhan|"
    r"xay ra|dien ra)"
)
_THING = (
    r"(?:gi|ai|nao|kinh phi|tien|dong|hoat dong|cong trinh|can|nha|em|chau|suat|phan|qua|buoi|dot|lan|cuoc|lop|ho|"
    r"nguoi|luot|tuyen|km|mo hinh|tin|bai|nhom|y tuong|truong hop|vu|phat sinh|them|chi phi|ca)"
)
_NOTHING = re.compile(
    rf"{_SPEAKER}(?:{_NO}(?: {_DOING}){{0,2}}|{_YET}(?: {_DOING}){{1,2}})(?: {_THING}){{0,3}}{_MANNERS}"
    r"|mien phi|none|nothing|nil|no|zero dong"
)
_PENDING = re.compile(rf"{_SPEAKER}{_YET}{_MANNERS}|-(?: -)*|/|k|kg|not yet")
_SKIP = re.compile(r"n ?/ ?a|bo qua|skip|khong ap dung|de trong|de sau|later")


class Stock(Enum):
    NOTHING = auto()  # zero, after a yes
    PENDING = auto()  # zero or empty
    SKIP = auto()  # empty
    UNKNOWN = auto()  # no value


def stock_answer(plain: str) -> Stock | None:
    """What an unaccented line says without a figure; None when it must be read otherwise."""
    for kind, pattern in (
        (Stock.UNKNOWN, _UNKNOWN),
        (Stock.SKIP, _SKIP),
        (Stock.PENDING, _PENDING),
        (Stock.NOTHING, _NOTHING),
    ):
        if pattern.fullmatch(plain):
            return kind
    return None


def stock_in(text: str) -> Stock | None:
    """What a typed line says without a figure, however its accents were typed."""
    return next((stock for tokens in cuts(text) if (stock := stock_answer(plain_line(tokens)))), None)
