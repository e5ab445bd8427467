"""Loads campaign packs for the command line: what would change, then the files that labels show, then all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.app import App
from bot.config import StartError
from bot.media.filetypes import recognised
from bot.media.store import BadFileError
from forms.beside import KINDS
from forms.problems import Problem
from reporting.campaigns.pack import Pack, PackError, PackForm
from reporting.campaigns.publishing import NO_MEDIA, Published
from reporting.campaigns.saving import Saved, save_pack
from reporting.documents import layouts
from storage import snapshots
from storage.uow import UnitOfWork

# What keeping a file says it is, by the folder of its name in the form.
_CONTENTS = {"images": "image", "audio": "audio", "video": "video"}
_OTHER_PARTS = {
    "schedule": "deadlines, reminders or the digest changed",
    "media": "pictures, sounds or films changed",
    "details": "only details changed",
}


async def rehearse(app: App, pack: Pack) -> Saved:
    """What loading the pack would change; nothing is written. Raises PackError."""
    if others := [_unlike_its_name(*each) for each in _shown(pack) if not _is_of_its_kind(*each[1:])]:
        raise PackError(others)
    return await _save(app, pack, NO_MEDIA, is_rehearsal=True)


async def carry_out(app: App, pack: Pack, unkept: Sequence[Path]) -> Saved:
    """Keep the files that a rehearsal found unkept, then write the pack, all or nothing.

    Raises PackError, and StartError when files cannot be kept at all.
    """
    return await _save(app, pack, await _keep(app, pack, unkept), is_rehearsal=False)


async def _save(app: App, pack: Pack, kept: Mapping[Path, str], *, is_rehearsal: bool) -> Saved:
    async with app.db.write() as conn:
        uow = UnitOfWork(conn, app.clock.now())
        saved = await save_pack(uow, pack, media=kept, zone=app.settings.zone)
        await uow.flush()
        if is_rehearsal:
            await conn.rollback()
    return saved


async def _keep(app: App, pack: Pack, files: Sequence[Path]) -> dict[Path, str]:
    """Ids of files, kept before the transaction: keeping writes by itself, and there is one writer."""
    if (files or pack.layout) and (trouble := await app.contents.trouble()):
        raise StartError(trouble)
    kept: dict[Path, str] = {}
    problems: list[str] = []
    for form, name, file in _shown(pack):
        if file in files and file not in kept:
            data = await asyncio.to_thread(file.read_bytes)
            try:
                kept[file] = (await app.media.keep_file(data, file.name, f"pack:{pack.slug}")).media_id
            except BadFileError:
                problems.append(_unlike_its_name(form, name, file))
    if problems:
        raise PackError(problems)
    if pack.layout and not await _is_kept(app, layouts.hash_in(pack.settings)):
        await app.media.keep_file(pack.layout, layouts.FILE, f"pack:{pack.slug}")
    return kept


async def _is_kept(app: App, sha256: str) -> bool:
    async with app.db.read() as conn:
        return await snapshots.has_content(UnitOfWork(conn, app.clock.now()), sha256)


def _shown(pack: Pack) -> Iterator[tuple[PackForm, str, Path]]:
    """The files that labels show: form, name in the form, file."""
    return ((form, name, file) for form in pack.forms for name, file in form.workbook.media.items())


def _is_of_its_kind(name: str, file: Path) -> bool:
    found = recognised(file.read_bytes())
    return found is not None and found.kind == _CONTENTS[_folder(name)]


def _unlike_its_name(form: PackForm, name: str, file: Path) -> str:
    params = {"file": file.name, "kind": KINDS[_folder(name)]}
    return f"{form.file or form.slug}: {Problem('media_content', params, *form.workbook.media_places[name])}"


def _folder(name: str) -> str:
    return name.partition("/")[0]


# --- in words --------------------------------------------------------------------------------------


def changes(saved: Saved) -> Iterator[str]:
    """What is new in forms that were there before, line by line."""
    for form in saved.forms:
        if form.is_new and not form.is_first:
            yield f"form {_named(form)}:"
            yield from (f"  {change.message}" for change in form.changes)
            yield from (f"  {_OTHER_PARTS[part]}" for part in form.other_parts)


def summary(pack: Pack, saved: Saved, *, is_rehearsal: bool) -> str:
    """The last line."""
    news = ", ".join(_named(form) for form in saved.forms if form.is_new) or "nothing new"
    verb = "forms that would be published" if is_rehearsal else "forms published"
    end = "; nothing was written" if is_rehearsal else ""
    return f"{pack.campaign['name']}: {saved.units} units; {verb}: {news}{end}"


def _named(form: Published) -> str:
    return f"{form.slug} (version {form.version})" if form.version else form.slug
