"""A secretary on Zalo, where nothing can be pressed: a report is one message; in a silence she asks what is owed."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from tests.emulating.phone import Silence
from tests.zalo.people import Person
from tests.zalo.phone import Shown

PATIENCE = 6.0
A_BREATH = 1.0
_RECEIPT = re.compile(r"Mã báo cáo: (TN-\d{6})")


@dataclass
class Secretary:
    """`receipts`: the codes that the bot showed her; `days`: the reports that she has seen through; `said`: what she
    wrote, by the id of the message."""

    person: Person
    code: str
    random: Random
    receipts: set[str] = field(default_factory=set)
    days: int = 0
    said: dict[str, str] = field(default_factory=dict)

    async def joins(self) -> None:
        line = self.code
        while True:
            shown = await self._hears(line)
            if "Xong" in shown.text or "rồi" in shown.text:
                return
            line = "1" if "Đúng, tham gia" in shown.text else self.code

    async def reports(self) -> None:
        """One message that says that it is to go out, or a card first; until there is one receipt more. That nothing is
        owed any more is no end: it may be yesterday's answer, come late.

        What a kill has made the bot say twice she answers once: a second "1" would be her word for what comes next. And
        no correction goes out by her: a second version can only be the bot's doing."""
        self.person.forgets()
        await self._says(self._message())
        answered = ""
        while len(self.receipts) <= self.days:
            try:
                shown = await self._newest()
            except Silence:
                answered = ""
                await self._says("báo cáo")
                continue
            if shown.text != answered and len(self.receipts) <= self.days:
                answered = shown.text
                await self._says(await self._answer(shown.text))
        self.days += 1

    async def _answer(self, text: str) -> str:
        if "Đang sửa báo cáo" in text:
            return "Huỷ"
        if "Dừng ở đây" in text:
            return "Bỏ hẳn"
        if "1. ✅ Gửi báo cáo" in text and "là chọn mục nào" not in text:
            return "1"
        if "Trả lời từng câu" in text or "Tiếp tục" in text:
            # Said once more while the first is on its way, it would be a correction.
            return "báo cáo" if await self._more_comes() else self._message()
        return "báo cáo"

    async def _more_comes(self) -> bool:
        try:
            self._note(await self.person.hears(A_BREATH))
        except Silence:
            return False
        return True

    def _message(self) -> str:
        children, members = self.random.randint(1, 60), self.random.randint(1, 90)
        ends = self.random.choice([". Gửi", ""])
        return f"Hỗ trợ {children} em thiếu nhi, {members} lượt đoàn viên tham gia{ends}"

    async def _hears(self, line: str) -> Shown:
        """The newest answer to a line; after a long silence she says it again."""
        await self._says(line)
        while True:
            with suppress(Silence):
                return await self._newest()
            await self._says(line)

    async def _newest(self) -> Shown:
        """What comes next, as a person looks at the end of a chat. Raises Silence."""
        shown = await self.person.hears(PATIENCE)
        self._note(shown)
        while self.person.unheard:
            shown = await self.person.hears()
            self._note(shown)
        return shown

    async def _says(self, line: str) -> None:
        self.said[await self.person.says(line)] = line

    def _note(self, shown: Shown) -> None:
        if found := _RECEIPT.search(shown.text):
            self.receipts.add(found[1])
