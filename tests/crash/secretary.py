"""A secretary who reports whatever happens to the bot: she reacts to what she sees, and asks again in a silence."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from random import Random

from tests.emulating.phone import Silence
from tests.telegram.people import Person, picture
from tests.telegram.phone import NoSuchButton, Shown

PATIENCE = 8.0
A_BREATH = 0.5
OUT_OF_STEP = "cần có câu trả lời"
"""What the bot says to who goes on from a choice that is not ticked: of two ticks the second took the first away."""
_RECEIPT = re.compile(r"Mã báo cáo: (TN-\d{6})(?:, bản (\d+))?")


@dataclass
class Secretary:
    """Works through one report after the other; `receipts` are the (code, revision) that the bot showed her."""

    person: Person
    code: str
    random: Random
    receipts: list[tuple[str, int]] = field(default_factory=list)
    seen_twice: int = 0

    async def joins(self) -> None:
        await self._until("Xong", f"/start {self.code}")

    async def reports(self) -> None:
        """Until a receipt for a report that she had none for."""
        wanted = len({code for code, _ in self.receipts}) + 1
        await self.person.says("/baocao")
        while len({code for code, _ in self.receipts}) < wanted:
            await self._react(await self._hears("/baocao"))

    async def corrects(self) -> None:
        """Open the last report again, change a number, send."""
        code = self.receipts[-1][0]
        wanted = len([r for r in self.receipts if r[0] == code]) + 1
        await self.person.says("/lichsu")
        while len([r for r in self.receipts if r[0] == code]) < wanted:
            shown = await self._hears("/lichsu")
            if any("Sửa báo cáo này" in label for label in shown.labels) and "Mã báo cáo" not in shown.text:
                await self._press(shown, "✏️ Sửa báo cáo này")
            elif any(label.startswith(code) for label in shown.labels):
                await self._press(shown, next(label for label in shown.labels if label.startswith(code)))
            elif "✅ Gửi báo cáo" in shown.labels and self.random.random() < 0.5:
                await self._press(shown, "✏️ Đoàn viên tham gia")
            else:
                await self._react(shown)

    async def _until(self, words: str, line: str) -> None:
        await self.person.says(line)
        while True:
            shown = await self._hears(line)
            if words in shown.text:
                return
            if "Đúng, tham gia" in shown.labels:
                await self._press(shown, "Đúng, tham gia")
            elif "rồi" in shown.text:
                return

    async def _hears(self, otherwise: str) -> Shown:
        """The newest message, as a person looks at the end of a chat; after a long silence she says the line again.
        Every receipt on the way is noted."""
        while True:
            try:
                shown = await self.person.hears(PATIENCE)
            except Silence:
                await self.person.says(otherwise)
                continue
            self._note(shown)
            while self.person.unheard:
                shown = await self.person.hears()
                self._note(shown)
            return await self._settled(shown) if OUT_OF_STEP in shown.text else shown

    async def _settled(self, shown: Shown) -> Shown:
        """What stands when nothing more comes. A message that a kill had repeated made her press twice: answering each
        message at once, she would stay a step behind for ever, ticking and unticking."""
        while True:
            try:
                shown = await self.person.hears(A_BREATH)
            except Silence:
                return shown
            self._note(shown)

    async def _react(self, shown: Shown) -> None:
        if _RECEIPT.search(shown.text):
            return
        if "✅ Gửi báo cáo" in shown.labels:
            await self._press(shown, "✅ Gửi báo cáo")
            if self.random.random() < 0.3:
                await self._press(shown, "✅ Gửi báo cáo")
        elif "☐ Nghĩa trang" in shown.labels and "☐ Tuyên truyền" in shown.labels:
            await self._press(shown, "☐ Nghĩa trang")
        elif "☑ Nghĩa trang" in shown.labels:
            await self._press(shown, "Xong")
        elif "Gửi ảnh" in shown.text:
            await self.person.sends_photo(picture())
        elif "Bỏ qua" in shown.labels:
            await self._press(shown, "Bỏ qua")
        elif "nghĩa trang" in shown.text or "lượt đoàn viên" in shown.text:
            await self.person.says(str(self.random.randint(1, 60)))
        elif "Dư luận" in shown.text or "Gương" in shown.text:
            # A number that came late was taken for the place of a choice.
            await self.person.says("Bà con yên tâm")
        else:
            await self._choose(shown)

    async def _choose(self, shown: Shown) -> None:
        for label in shown.labels:
            if label.startswith(("Tiếp tục từ câu", "📝 Báo cáo ngay", "Làm tiếp", "Đúng, gửi báo cáo")):
                await self._press(shown, label)
                return

    async def _press(self, shown: Shown, label: str) -> None:
        try:
            await self.person.presses(label, of=shown)
        except NoSuchButton:
            # The message has been edited since: she looks at what stands there now by asking again.
            await asyncio.sleep(0)

    def _note(self, shown: Shown) -> None:
        found = _RECEIPT.search(shown.text)
        if found is None:
            return
        receipt = (found[1], int(found[2] or 1))
        if receipt in self.receipts:
            self.seen_twice += 1
        else:
            self.receipts.append(receipt)
