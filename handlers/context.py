"""What a handler is given: who speaks, where the conversation stands, and the open unit of work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from forms.interview import Interview
from forms.model import Form
from forms.results import spread
from handlers.events import Incoming, Reply
from locales.translator import Translator, Translators
from reporting.library import Library
from reporting.models import entity_lists
from reporting.planning.holidays import Holidays
from reporting.planning.periods import NO_LIST
from storage.uow import Row, UnitOfWork


@dataclass(frozen=True, slots=True)
class Unit:
    id: int
    code: str
    name: str
    short_name: str
    kind: str
    path: str


@dataclass(frozen=True, slots=True)
class Held:
    """A role that a person holds in a unit."""

    member_id: int
    role: str
    unit: Unit

    @classmethod
    def from_row(cls, row: Row) -> Held:
        unit = Unit(row["unit_id"], row["code"], row["unit_name"], row["short_name"], row["kind"], row["path"])
        return cls(row["member_id"], row["role"], unit)


@dataclass(frozen=True, slots=True)
class Person:
    """The person behind an account, acting in one of their `roles`: `member_id`, `role` and `unit` are of that one."""

    account_id: int
    person_id: int
    name: str
    language: str
    member_id: int
    role: str
    unit: Unit
    roles: tuple[Held, ...]

    @classmethod
    def from_row(cls, row: Row) -> Person:
        acting = Held.from_row(row)
        roles = tuple(Held.from_row(role) for role in row["roles"])
        return cls(
            row["account_id"], row["person_id"], row["name"], row["language"],
            acting.member_id, acting.role, acting.unit, roles,
        )  # fmt: skip

    @property
    def role_names(self) -> frozenset[str]:
        return frozenset(held.role for held in self.roles)

    def holding(self, member_id: int) -> Held | None:
        """The role with this id, if the person holds it."""
        return next((held for held in self.roles if held.member_id == member_id), None)

    def acting_as(self, held: Held) -> Person:
        """The same person in another of their roles."""
        return replace(self, member_id=held.member_id, role=held.role, unit=held.unit)


@dataclass(slots=True)
class Links:
    """Where people find the bot: the address of the web chat, and its name on Telegram, which is known once Telegram
    was asked; "" where there is none."""

    web: str = ""
    telegram: str = ""

    def of_code(self, code: str) -> tuple[str, ...]:
        """The links that open the bot with an invite's code, the best for a phone first."""
        telegram = f"https://t.me/{self.telegram}?start={code}" if self.telegram else ""
        web = f"{self.web}/?code={code}" if self.web else ""
        return tuple(link for link in (telegram, web) if link)


@dataclass(frozen=True, slots=True)
class Office:
    """What all conversations share."""

    library: Library
    translators: Translators
    secret: bytes
    links: Links = field(default_factory=Links)
    holidays: Holidays = NO_LIST
    poor_channels: set[str] = field(default_factory=set)
    """The channels that are short of means (no buttons, a month's quota): a reminder there carries a web link."""


@dataclass(slots=True)
class Context:
    """One update's view of the world. A handler's whole effect is `state`, the unit of work, and what it returns."""

    office: Office
    uow: UnitOfWork
    now: datetime
    person: Person | None
    state: dict[str, Any] = field(default_factory=dict)
    sparing: bool = False
    """Whether each message counts here, and there are no buttons: much is asked, and answered, in one."""

    @property
    def tr(self) -> Translator:
        language = self.person.language if self.person else self.state.get("language", "vi")
        return self.office.translators[language]

    @property
    def library(self) -> Library:
        return self.office.library

    async def form(self, version_id: int, expected_id: int) -> Form:
        """A version of a form to be filled in for a row of the register, with what the unit has registered."""
        return await entity_lists.to_fill_in(self.uow, await self.library.form(self.uow, version_id), expected_id)

    async def form_of(self, version_id: int, report_id: int) -> Form:
        """A version of a form as a sent report has it, to be read or corrected."""
        return await entity_lists.of_report(self.uow, await self.library.form(self.uow, version_id), report_id)

    async def form_of_draft(self, draft: Row) -> Form:
        if draft["report_id"]:
            return await self.form_of(draft["version_id"], draft["report_id"])
        return await self.form(draft["version_id"], draft["expected_id"])

    def interview(self, form: Form, state: Row | None, *, expected_id: int = 0) -> Interview:
        """A draft's interview in the person's language and at the local time. The register row and the member make
        what the form draws at random the draft's own."""
        now = self.now.astimezone(self.tr.timezone)
        seed = f"{expected_id}/{self.person.member_id if self.person else ''}"
        who = {"username": self.person.name, "deviceid": f"account:{self.person.account_id}"} if self.person else {}
        return Interview(form, state, now=now, language=self.tr.language, seed=seed, properties=who)

    def interview_of(self, form: Form, report: Row) -> Interview:
        """The interview that a sent report's current revision came from."""
        found = spread(form, report["answers"])
        state = {"answers": found.answers, "counts": found.counts, "marks": report["marks"]}
        interview = self.interview(form, state)
        # What was left empty then is not asked again now, and its default does not come back.
        interview.draft.done.update(question.path for question in interview.draft.asked())
        interview.draft.settle()
        return interview


Handler = Callable[[Context, Incoming], Awaitable[list[Reply]]]
