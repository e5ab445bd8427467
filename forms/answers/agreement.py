"""An acknowledgement in words: "đồng ý", "ok", "đã đọc", "rồi", "yes".

The idea: two closed lists and nothing between. Yes is Understood("yes"); "chưa" and "không" are refused as
DECLINED, which is an answer of its own and no misunderstanding; everything else is NOT_A_YES.
"""

import re

from forms.answers.reading import Reading, Reason, Rejected, Understood, Unsure, unreadable
from forms.answers.spelling import clean, unaccent
from forms.answers.stock import Stock, stock_in

YES = "yes"

_MANNERS = r"(?: (?:a|nha|nhe|em|nhi|da|luon|het|ca|anh|chi|dong chi|dc|ban|roi|thua|please|thanks|thank you))*"
_SPEAKER = r"(?:(?:da|vang|u|um|thua|em|toi|minh|chung toi|ben em|don vi|i|we|ok|oke) )*"
_KNOWING = (
    r"(?:doc(?: ky)?|xem|nam(?: ro)?|hieu(?: ro)?|ro|biet|nhan|nghe|tiep thu|thong nhat|hoan thanh|xong|lam|read"
    r"|understood)"
)
_YES = re.compile(
    rf"{_SPEAKER}(?:(?:xin |hoan toan )?(?:dong y|nhat tri|chap nhan|xac nhan|cam ket|dong tinh)"
    r"|ok|oke|okay|okie|oki|okela|o k|roi|xong|duoc|da|vang|u|uh|um|co|dung|dung vay|phai|chuan"
    rf"|(?:da |co |have )?{_KNOWING}(?: (?:va|and) (?:da )?(?:{_KNOWING}|dong y|agree))?"
    r"|yes|y|yep|yeah|yup|sure|agreed?|accept(?:ed)?|confirm(?:ed)?|got it|(?:have )?(?:done|noted|seen)"
    rf"|of course|certainly|all right|alright|fine|right|correct|true|x|v){_MANNERS}"
)
_NO = re.compile(
    r"(?:(?:da|thua|em|toi|minh|i|we) )*(?:khong|ko|k|kg|hong|chua|chang|no|nope|not yet|not really|n|disagree|refuse"
    r"|decline|tu choi|phan doi|do ?n'?o?t agree|do not agree)"
    r"(?: (?:dong y|nhat tri|chap nhan|xac nhan|doc|xem|ro|hieu|nam|xong|lam|co|duoc|phai|dung|agree|read|the|ky))*"
    rf"{_MANNERS}"
)
_TICKS = re.compile("[👍👌✅✔☑🆗🙆]")


def read_yes(text: str) -> Reading:
    """Whether a person agrees: `Understood.value` is "yes"; DECLINED, NOT_A_YES and UNKNOWN are refusals."""
    if refused := unreadable(text):
        return refused
    if "đừng" in clean(text):
        return Rejected(Reason.DECLINED)
    line = " ".join(re.findall(r"[\w']+", unaccent(clean(text))))
    if not line and _TICKS.search(text):
        return Understood(YES)
    if _YES.fullmatch(line):
        return Understood(YES)
    match stock_in(text):
        case Stock.UNKNOWN:
            return Rejected(Reason.UNKNOWN)
        case Stock.SKIP:
            return Unsure((), True, Reason.ZERO_OR_SKIP)
        case _:
            return Rejected(Reason.DECLINED if _NO.fullmatch(line) else Reason.NOT_A_YES)
