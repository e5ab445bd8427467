"""Kept files that nothing names go; whatever is named anywhere stays."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from bot.media.folder import FolderContents
from bot.media.tidying import GRACE, Tidied, tidy
from handlers.events import Attachment
from tests.bot.kit import photo
from tests.support.world import World


async def tidied(world: World, *, change: bool = True) -> Tidied:
    media = world.file.parent / "media"
    return await tidy(world.db, FolderContents(media), media, world.clock.now(), change=change)


async def kept(world: World) -> list[str]:
    return [one for (one,) in await world.query("SELECT id FROM media ORDER BY created_at, id")]


async def test_what_is_named_anywhere_stays_and_the_rest_goes(world: World, tmp_path: Path) -> None:
    named = [await world.media.keep_photo(photo((40 + n, 30)), "test:Lan") for n in range(5)]
    thrown_away = await world.media.keep_photo(photo((90, 30)), "test:Lan")
    layout = (await world.media.keep_file(b"%PDF-1.7 layout", "layout.pdf", "pack:x")).media_id
    ((digest,),) = await world.query(f"SELECT sha256 FROM media WHERE id = '{layout}'")
    same = await world.media.keep_photo(photo((40, 30)), "test:Minh")
    now = "'2022-12-16 00:00:00.000000'"
    async with world.unit_of_work() as uow:
        for statement in (
            f"INSERT INTO conversation VALUES ('test', 'a', '{{\"parts\": [\"{named[0]}\"]}}', {now})",
            f"INSERT INTO outbox (channel, chat, priority, reply, state, attempts, created_at, due_at)"
            f" VALUES ('x', 'c', 1, '{{\"photo\": [\"{named[1]}\", \"a.png\"]}}', 'sent', 0, {now}, {now})",
            f"INSERT INTO web_message (chat, key, mine, body, at) VALUES ('a', 'k', false, '[\"{named[2]}\"]', {now})",
            f'UPDATE campaign SET settings = \'{{"layout": "{digest}"}}\'',
            f"INSERT INTO audit (at, action, subject, before, after, reason, chain)"
            f" VALUES ({now}, 'x', 'photo/{named[3]}', '{{}}', '{{}}', 'see {named[4]}.', '')",
        ):
            await uow.conn.exec_driver_sql(statement)
    world.clock.turn_to(world.clock.now() + GRACE - timedelta(minutes=1))
    assert (await tidied(world)).unnamed == 0
    world.clock.turn_to(world.clock.now() + timedelta(minutes=2))
    assert (await tidied(world, change=False)).unnamed == 2
    assert thrown_away in await kept(world)
    assert (await tidied(world)).unnamed == 2
    assert set(await kept(world)) == {*named, layout}
    # The same picture under two names: one is gone, the content stays for the other.
    assert same not in await kept(world)
    for media_id in named:
        assert (await world.media.resolve(Attachment(media_id, ""))).path.is_file()
    assert len([path for path in (tmp_path / "media").rglob("*") if path.is_file()]) == 6


async def test_what_a_killed_process_has_left_goes(world: World, tmp_path: Path) -> None:
    mine = await world.media.keep_photo(photo(), "test:Lan")
    folder = tmp_path / "media" / "ab"
    folder.mkdir(parents=True)
    names = ["ab" * 32, "ab" * 32 + ".0123abcd.part", "notes.txt"]
    for name in [*names, "ab" + "cd" * 31]:
        (folder / name).write_bytes(b"x")
    old = (world.clock.now() - timedelta(days=3)).timestamp()
    for path in (tmp_path / "media").rglob("*"):
        if path.is_file():
            os.utime(path, (old, old))
    young = (world.clock.now() - timedelta(hours=1)).timestamp()
    os.utime(folder / ("ab" + "cd" * 31), (young, young))
    assert (await tidied(world, change=False)).stray == 2
    assert (await tidied(world)) == Tidied(0, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["ab" + "cd" * 31, "notes.txt"]
    assert await kept(world) == [mine]
    assert (await world.media.resolve(Attachment(mine, ""))).path.is_file()
