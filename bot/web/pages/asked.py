"""What a request asks the board for, read from its address, and addresses that ask for something else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlencode

from handlers.office.board_link import PATH
from reporting.board.choosing import Order, Which

__all__ = ["PATH", "Asked"]

LONGEST = 60
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Asked:
    """`form`, `unit`: ids, 0 for those to begin with. `day`: a view by its name (see `Views.find`). `words`, `which`,
    `order`: of the units. `by`: the indicator. `persona`: in the demo, who to be."""

    form: int = 0
    day: str = "today"
    unit: int = 0
    words: str = ""
    which: Which = Which.ALL
    order: Order = Order.NAME
    by: str = ""
    persona: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Whatever cannot be read is as if it had not been asked for."""

        def short(name: str) -> str:
            return query.get(name, "")[:LONGEST]

        return cls(
            _id(short("bieu")), short("ngay") or "today", _id(short("dv")), short("loc"),
            _word(Which, short("tt"), Which.ALL), _word(Order, short("xep"), Order.NAME), short("so"), short("as"),
        )  # fmt: skip

    def fields(self) -> dict[str, str]:
        """As in an address; only what is not as usual."""
        values: dict[str, Any] = {
            "bieu": self.form or "", "ngay": "" if self.day == "today" else self.day, "dv": self.unit or "",
            "loc": self.words, "tt": self.which, "xep": "" if self.order is Order.NAME else self.order,
            "so": self.by, "as": self.persona,
        }  # fmt: skip
        return {name: str(value) for name, value in values.items() if value}

    def to(self, **changes: Any) -> str:
        """The address of the board with something else asked for."""
        return _address(PATH, replace(self, **changes).fields())

    def file(self, kind: str) -> str:
        """The address of a file of what the board shows: "excel" or "word"."""
        return _address(f"{PATH}/{kind}", replace(self, words="", which=Which.ALL, order=Order.NAME, by="").fields())

    def report(self, report_id: int, part: str = "") -> str:
        """The address of a report, or of one of its files. It keeps the way back."""
        return _address(f"{PATH}/bao-cao/{report_id}{part}", self.fields())

    @property
    def chat(self) -> str:
        """The address of the chat."""
        return f"/#{self.persona}" if self.persona else "/"


def _address(path: str, fields: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(fields)}" if fields else path


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else 0


def _word(kind: type[_Word], text: str, otherwise: _Word) -> _Word:
    return kind(text) if text in list(kind) else otherwise
