"""A campaign as its story: days pass, people join by invite, say and press, and what comes out is looked at.

async with told("tay-ninh-2022", tmp_path, "2022-12-15 11:00") as story:
    await story.joins("Lan", "TN-BC")
    await story.does("Lan", "/baocao", "[📝 Báo cáo ngay]", "[Tặng quà]", "[Xong]", "25", "6tr", "40", "[Bỏ qua]")
    assert "đúng hạn" in await story.sends("Lan")
    heard = await story.time_is("2022-12-16 10:15")
    assert "1/13" in heard["Hùng"]
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from openpyxl import load_workbook

from bot.workshop import Workshop
from handlers.events import Attachment
from reporting.digests import digest as digests
from reporting.digests.digest import Digest
from reporting.organisation.invites import ALPHABET
from reporting.targets.target_progress import Progress
from storage import people, plans, register
from storage.tables import GroupChat
from tests.support.world import CAMPAIGNS, ZONE, Shown, World

STALE = "Mục này của báo cáo đã gửi"
SEND, BEGIN = "✅ Gửi báo cáo", "📝 Báo cáo ngay"


def at(moment: str) -> datetime:
    """A local moment: "2022-12-16 10:15"."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZONE)


@asynccontextmanager
async def told(pack: str, folder: Path, start: str) -> AsyncIterator[Story]:
    """A world with one of our packs, by its folder's name, at a moment."""
    async with World(folder, at(start)) as world:
        await world.load(CAMPAIGNS / pack)
        yield Story(world, pack)
        await world.totals_are_true()


class Story:
    """What happens in a campaign, and what is true then. People are called by their chats, units by their codes."""

    def __init__(self, world: World, pack: str) -> None:
        self.world = world
        self.pack = pack
        self._codes = 0

    # --- what happens --------------------------------------------------------------------------

    async def time_is(self, moment: str) -> Heard:
        """Turn the clock; the jobs look once. Returns what each chat heard."""
        return _heard(await self.world.time_is(at(moment)))

    async def joins(self, name: str, unit: str, role: str = "reporter") -> str:
        """Invited with a code, taken in. Returns the welcome."""
        code = self._code()
        await self.world.invite(code, unit, role)
        return await self.does(name, f"/start {code}", "[Đúng, tham gia]")

    async def has_group(self, chat: str, unit: str) -> None:
        """A unit's group chat; its name begins with "-"."""
        async with self.world.unit_of_work() as uow:
            place = await people.unit_by_code(uow, unit)
            assert place, f"no unit {unit}"
            await uow.insert(GroupChat, channel=self.world.channel.name, chat=chat, title=chat, unit_id=place["id"])

    async def does(self, name: str, *lines: str) -> str:
        """Says each line, presses each [button] (a tick box by its label alone), sends a picture for each (ảnh).
        Returns what the person heard on the last one; a message that was changed in its place counts, too."""
        heard: Heard = {}
        for line in lines:
            heard = _heard(await self._one(name, line))
        return heard.get(name, "")

    async def begins(self, name: str, of: str) -> str:
        """Asks what is owed, and begins the report whose offer says `of`: "31/05/2022". Returns what is asked."""
        await self.does(name, "/baocao")
        offers = [shown for shown in self.world.channel.chats[name] if BEGIN in shown.labels and of in shown.text]
        assert offers, f"{name} is offered no report of {of}: {self.last(name).text}"
        pressed = await self.world.happens(name, action=offers[-1].action(BEGIN), message_id=offers[-1].id)
        return _heard(pressed).get(name, "")

    async def sends(self, name: str, *lines: str) -> str:
        """Does all of it, then presses send. Returns the receipt, or what is asked before there is one."""
        await self.does(name, *lines)
        return await self.does(name, f"[{SEND}]")

    async def all_hear(self, name: str, line: str) -> Heard:
        """One line or [button]; returns what each chat heard of it."""
        return _heard(await self._one(name, line))

    def last(self, name: str) -> Shown:
        """The newest message in a chat."""
        return self.world.channel.chats[name][-1]

    def text(self, name: str) -> str:
        """All that a chat shows, from the beginning."""
        return "\n".join(shown.text for shown in self.world.channel.chats[name])

    def document(self, name: str) -> Attachment:
        """The newest file that was sent to a chat."""
        files = [shown.reply.document for shown in self.world.channel.chats[name] if shown.reply.document]
        assert files, f"{name} was sent no file"
        return files[-1]

    async def paper(self, name: str) -> str:
        """The newest Word file of a chat as text, a table's cells with | between."""
        document = docx.Document(BytesIO(await self._made(name)))
        tables = [" | ".join(cell.text for cell in row.cells) for table in document.tables for row in table.rows]
        return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *tables])

    async def workbook(self, name: str) -> dict[str, list[tuple[Any, ...]]]:
        """The newest workbook of a chat: by sheet its rows."""
        book = load_workbook(BytesIO(await self._made(name)), read_only=True)
        return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}

    async def _made(self, name: str) -> bytes:
        world = self.world
        workshop = Workshop(world.db, world.office.library, world.office.translators, world.clock)
        data, _ = await workshop.make(self.document(name).media_id)
        return data

    async def _one(self, name: str, line: str) -> list[tuple[str, Shown]]:
        if line == "(ảnh)":
            return await self.world.sends_photo(name)
        if line.startswith("[") and line.endswith("]"):
            sent = await self.world.presses(name, self._label(name, line[1:-1]))
            assert not any(STALE in shown.text for _, shown in sent), f"{name} pressed an old button {line}"
            return sent
        return await self.world.says(name, line)

    def _label(self, name: str, label: str) -> str:
        """The button as it stands in the chat: a box to tick has its sign before the label."""
        for shown in reversed(self.world.channel.chats[name]):
            if found := next((known for known in (label, f"☐ {label}") if known in shown.labels), None):
                return found
        return label

    def _code(self) -> str:
        """A new invite code of the shape that real ones have."""
        self._codes += 1
        return f"K7QM-{ALPHABET[self._codes // 30]}{ALPHABET[self._codes % 30]}PD"

    # --- what is true --------------------------------------------------------------------------

    async def digest(self, unit: str, period: str | None = None, *, form: str = "", whole: bool = False) -> Digest:
        """What a digest made now says of a unit and all below it. No period: the whole campaign. `form`: its file."""
        async with self.world.unit_of_work() as uow:
            row = await self._form(uow, form)
            known = {p["name"]: p for p in await register.periods(uow, row["id"])}
            assert period is None or period in known, f"{period} is none of {list(known)}"
            place = await people.unit_by_code(uow, unit)
            assert place, f"no unit {unit}"
            return await digests.build(
                uow, self.world.office.library, row, place, known.get(period or ""), whole=whole or period is None,
                now=self.world.clock.now(), zone=ZONE,
            )  # fmt: skip

    async def totals(self, unit: str, period: str | None = None, *, form: str = "") -> dict[str, Decimal]:
        """Of a unit and all below it, by indicator; what no report gives is not there."""
        found = await self.digest(unit, period, form=form)
        return {figure.indicator: figure.amount for figure in found.figures if figure.amount is not None}

    async def target(self, name: str, unit: str, period: str | None = None, *, form: str = "") -> Progress:
        """How far a target of the pack is, by its name in the sheet."""
        found = {p.target.name: p for p in (await self.digest(unit, period, form=form)).targets}
        assert name in found, f"{name} is none of {list(found)}"
        return found[name]

    async def register(self, period: str, *, form: str = "") -> dict[str, str]:
        """The ledger of a period: by unit open, reported, nothing (each of the two may be "… late"), exempt."""
        rows = await self.world.query(
            "select unit.code, e.state, report.late from expected_report e join unit on unit.id = e.unit_id"
            " join period on period.id = e.period_id join form on form.id = period.form_id"
            " left join report on report.expected_id = e.id"
            f" where period.name = '{period}' and form.slug = '{form or await self._only_form()}'"
        )
        return {code: f"{state} late" if late else state for code, state, late in rows}

    async def models(self, dataset: str = "models") -> dict[str, dict[str, str]]:
        """What has been registered, by name: its properties, and as "unit" the code of the unit that registered it."""
        rows = await self.world.query(
            "select entity.label, unit.code, entity.data from entity join unit on unit.id = entity.unit_id"
            f" where dataset = '{dataset}' order by entity.id"
        )
        return {label: {**json.loads(data), "unit": code} for label, code, data in rows}

    async def periods(self, form: str = "") -> list[str]:
        """The names of those that have been opened, the oldest first."""
        async with self.world.unit_of_work() as uow:
            row = await self._form(uow, form)
            return [p["name"] for p in await register.periods(uow, row["id"])]

    async def _form(self, uow: Any, slug: str) -> dict[str, Any]:
        forms = {row["slug"]: row for row in await plans.live_forms(uow)}
        return forms[slug] if slug else next(iter(forms.values()))

    async def _only_form(self) -> str:
        return str((await self.world.query("select slug from form order by id"))[0][0])


def has(text: str, *lines: str) -> None:
    """Fails with the whole text where one of the lines is not in it."""
    missing = [line for line in lines if line not in text]
    assert not missing, "not said: " + "\n".join([*missing, "--- but ---", text])


Heard = dict[str, str]
"""By chat, all that came on one occasion."""


def _heard(sent: list[tuple[str, Shown]]) -> Heard:
    by_chat: dict[str, list[str]] = defaultdict(list)
    for chat, shown in sent:
        by_chat[chat].append(shown.text)
    return {chat: "\n".join(texts).strip() for chat, texts in by_chat.items()}
