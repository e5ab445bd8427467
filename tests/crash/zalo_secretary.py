"""A secretary on Zalo, where nothing can be pressed: a report is one message; in a silence she asks what is owed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from random import Random

from tests.zalo.people import Person
from tests.zalo.phone import Shown, Silence

PATIENCE = 6.0
_RECEIPT = re.compile(r"Mã báo cáo: (TN-\d{6})")


@dataclass
class Secretary:
    """`receipts`: the codes that the bot showed her; `days`: the reports that she has seen through."""

    person: Person
    code: str
    random: Random
    receipts: set[str] = field(default_factory=set)
    days: int = 0

    async def joins(self) -> None:
        line = self.code
        while True:
            shown = await self._hears(line)
            if "Xong" in shown.text or "rồi" in shown.text:
                return
            line = "1" if "Đúng, tham gia" in shown.text else self.code

    async def reports(self) -> None:
        """One message that says that it is to go out, or a card first; until nothing is owed any more."""
        self.person.forgets()
        line = self._message()
        while True:
            shown = await self._hears(line)
            if "không còn báo cáo nào" in shown.text or _RECEIPT.search(shown.text):
                break
            if "1. ✅ Gửi báo cáo" in shown.text:
                line = "1"
            elif "Trả lời từng câu" in shown.text or "Tiếp tục" in shown.text:
                line = self._message()
            else:
                line = "báo cáo"
        self.days += 1

    def _message(self) -> str:
        children, members = self.random.randint(1, 60), self.random.randint(1, 90)
        ends = self.random.choice([". Gửi", ""])
        return f"Hỗ trợ {children} em thiếu nhi, {members} lượt đoàn viên tham gia{ends}"

    async def _hears(self, line: str) -> Shown:
        """The newest answer to a line, as a person looks at the end of a chat; after a long silence she asks."""
        await self.person.says(line)
        while True:
            try:
                shown = await self.person.hears(PATIENCE)
            except Silence:
                await self.person.says("báo cáo" if line != self.code else line)
                continue
            self._note(shown)
            while self.person.unheard:
                shown = await self.person.hears()
                self._note(shown)
            return shown

    def _note(self, shown: Shown) -> None:
        if found := _RECEIPT.search(shown.text):
            self.receipts.add(found[1])
