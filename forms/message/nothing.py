"""Messages that say that nothing took place.

The idea: "không phát sinh" is a report, "chưa có gì" is none yet, and "dư luận không phát sinh" says it of one thing.
So only a clause that says nothing else counts, in a message that counts nothing.
"""

import re

from forms.message.clauses import Clause
from forms.message.message import Message

_NO = r"(?:khong|ko|k|kg|khg|kh|hong|hok|hem|chang|cha)"
_WHO = (
    r"(?:da|vang|thua|nen|bao cao|xin|em|anh|chi|don vi|ben|xa|phuong|doan|chi doan|hom nay|sang nay|chieu nay|ngay|"
    r"nay|bua|hien tai|hien|tai|tinh den|thi|la|cua|minh|toi|tui|tui em|chung em|van|that su|kinh|gui|dong chi|"
    r"trong ngay|ky nay)"
)
_WHAT = r"(?:phat sinh|hoat dong|gi|su kien|noi dung|viec|to chuc|dien ra|bao cao|trien khai|thuc hien|hd|hdong)"
_END = (
    r"(?:gi|nao|ca|het|them|moi|khac|hom nay|trong ngay|de bao cao|dang ke|a|nhe|nha|dau|luon|nua|ve|van de|"
    r"phat sinh|hoat dong)"
)
_NOTHING = re.compile(rf"(?:{_WHO} )*{_NO} (?:co |he |thay |phai )*{_WHAT}(?: {_END})*")


def says_nothing(message: Message, clauses: tuple[Clause, ...], hidden: frozenset[int]) -> bool:
    """Whether a clause says that nothing took place, and no other speaks of what the form asks."""
    return any(_is_nothing(message, clause, hidden) for clause in clauses) and not any(
        mention.phrase in message.vocabulary.topics for mentions in message.mentions for mention in mentions
    )


def _is_nothing(message: Message, clause: Clause, hidden: frozenset[int]) -> bool:
    said = (w.flat for at, w in enumerate(message.words[clause.start : clause.end], clause.start) if at not in hidden)
    return _NOTHING.fullmatch(" ".join(word for word in said if word.isalnum())) is not None
