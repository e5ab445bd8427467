"""The forms in use, parsed once."""

from __future__ import annotations

from sqlalchemy import select

from forms.model import Form
from forms.xform import parse
from storage.tables import FormVersion
from storage.uow import UnitOfWork, table


class Library:
    """Published form versions, kept parsed: a version never changes, so nothing here grows stale."""

    def __init__(self) -> None:
        self._forms: dict[int, Form] = {}

    async def form(self, uow: UnitOfWork, version_id: int) -> Form:
        """The parsed form of a version that exists. Raises LookupError for one that does not."""
        if version_id not in self._forms:
            t = table(FormVersion).c
            found = await uow.fetch(select(t.xform, t.columns).where(t.id == version_id))
            if not found:
                raise LookupError(f"no form version {version_id}")
            self._forms[version_id] = parse(found[0]["xform"], found[0]["columns"])
        return self._forms[version_id]
