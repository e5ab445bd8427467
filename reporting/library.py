"""The forms in use, parsed once."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from forms.model import Form
from forms.xform import parse
from storage.tables import FormVersion
from storage.uow import UnitOfWork, table


class Library:
    """Published form versions, kept parsed: a version never changes, so nothing here grows stale."""

    def __init__(self) -> None:
        self._forms: dict[int, Form] = {}
        self._media: dict[int, Mapping[str, str]] = {}

    async def form(self, uow: UnitOfWork, version_id: int) -> Form:
        """The parsed form of a version that exists. Raises LookupError for one that does not."""
        if version_id not in self._forms:
            t = table(FormVersion).c
            found = await uow.fetch(select(t.xform, t.columns).where(t.id == version_id))
            if not found:
                raise LookupError(f"no form version {version_id}")
            self._forms[version_id] = parse(found[0]["xform"], found[0]["columns"])
        return self._forms[version_id]

    async def media(self, uow: UnitOfWork, version_id: int) -> Mapping[str, str]:
        """The files that the labels of a version show: by the name after jr:// ("images/a.png"), the id of the kept
        file. Raises LookupError for a version that does not exist."""
        if version_id not in self._media:
            t = table(FormVersion).c
            found = await uow.fetch(select(t.media).where(t.id == version_id))
            if not found:
                raise LookupError(f"no form version {version_id}")
            self._media[version_id] = found[0]["media"]
        return self._media[version_id]
