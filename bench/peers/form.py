"""The words of the form that every bot of the benchmark asks, for those that have no forms of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

NUMBERS = ("Tổ chức bao nhiêu buổi?", "Bao nhiêu lượt người dự?", "Tặng bao nhiêu suất quà?")
CHOICE = "Kết quả thế nào?"
RESULTS = ("Rất tốt", "Tốt", "Đạt", "Chưa đạt")
TEXT = "Kể ngắn gọn một việc đã làm."
NO_NUMBER = "Đồng chí cho em một số, ví dụ: 12."
RECEIVED = "✅ Đã nhận báo cáo. Cảm ơn đồng chí!"
START, SEND = "start", "send"


def summary(numbers: list[int], result: int, text: str) -> str:
    """What is shown before it is sent."""
    lines = [f"{question} {number}" for question, number in zip(NUMBERS, numbers, strict=True)]
    return "\n".join([*lines, f"{CHOICE} {RESULTS[result]}", text, "Gửi báo cáo?"])


@dataclass(frozen=True, slots=True)
class Hook:
    """How a peer is told where it stands: by the same environment as this bot."""

    token: str
    api_base: str
    url: str
    secret: str
    folder: str

    @classmethod
    def from_environment(cls) -> Hook:
        env = os.environ
        return cls(
            env["TELEGRAM_TOKEN"], env["TELEGRAM_API_BASE"], env["WEBHOOK_URL"], env["WEBHOOK_SECRET"], env["MEDIA_DIR"]
        )

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80

    @property
    def path(self) -> str:
        return urlsplit(self.url).path
