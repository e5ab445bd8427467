"""Conversations as files. A script reads as a dialogue, and is the whole transcript:

    pack houses                             on the first line: the campaign (of the folder packs) in place of Tây Ninh's
    == 2022-12-16 08:18                     the clock is turned, the jobs look at what is due
    invite K7QM-2XPD TN-BC reporter         a code is made
    Lan> /start K7QM-2XPD                   Lan says
    Lan> [Đúng, tham gia]                   Lan presses
    Lan> (ảnh)                              Lan sends a picture
    Lan> (vị trí 10.7769 106.7009)          a place
    Lan> (tệp audio ghi-am.ogg)             a file and what it is: audio, video, file
    → Lan: Chào đồng chí! …                 the bot says to Lan; further lines are indented
           [Đúng, tham gia] [Không phải]    the buttons

The lines that happen are carried out, the transcript is made anew, and must equal the file.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path

from handlers.events import Document, Location
from tests.support.story import Story, world_after
from tests.support.world import TAY_NINH, ZONE, Shown, World

PACKS = Path(__file__).parent / "packs"
_SAID = re.compile(r"(?P<who>[^\s>→]+)> (?P<what>.+)")
_PLACE = re.compile(r"\(vị trí ([\d.-]+) ([\d.-]+)\)")
_FILE = re.compile(r"\(tệp (audio|video|file) (\S+)\)")


async def play(script: str, folder: Path) -> str:
    """Carry out a script; returns its transcript."""
    lines = script.splitlines()
    start = next(line for line in lines if line.startswith("== "))
    pack = PACKS / lines[0].removeprefix("pack ") if lines[0].startswith("pack ") else TAY_NINH
    async with world_after(_loaded(pack), folder, _moment(start)) as world:
        out: list[str] = []
        for line in lines:
            out += await _step(world, line)
    return "\n".join(out) + "\n"


@cache
def _loaded(pack: Path) -> Story:
    async def loaded(world: World) -> None:
        await world.load(pack)

    return loaded


async def _step(world: World, line: str) -> list[str]:
    if line.startswith(("#", "pack ")):
        return [line]
    if line.startswith("== "):
        return [line, *_transcript(await world.time_is(_moment(line)))]
    if line.startswith("invite "):
        _, code, unit, role, *rest = line.split()
        await world.invite(code, unit, role, *map(int, rest))
        return [line]
    said = _SAID.fullmatch(line)
    if said is None:
        return []
    who, what = said["who"], said["what"]
    if what.startswith("[") and what.endswith("]"):
        heard = await world.presses(who, what[1:-1])
    elif what == "(ảnh)":
        heard = await world.sends_photo(who)
    elif place := _PLACE.fullmatch(what):
        heard = await world.happens(who, location=Location(float(place[1]), float(place[2])))
    elif file := _FILE.fullmatch(what):
        heard = await world.happens(who, document=Document(f"f/{file[2]}", file[2], file[1]))
    else:
        heard = await world.says(who, what)
    return [line, *_transcript(heard)]


def _moment(line: str) -> datetime:
    return datetime.strptime(line[3:19], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def _transcript(heard: list[tuple[str, Shown]]) -> list[str]:
    lines: list[str] = []
    for chat, shown in heard:
        head = f"{'↻' if shown.reply.replaces else '→'} {chat}: "
        indent = " " * len(head)
        # An empty line of a message is written as a dot, so that it is not taken for one between two steps.
        parts = [part or "·" for part in shown.text.split("\n")] if shown.text else []
        if shown.reply.photo:
            parts.insert(0, "(biểu đồ)")
        if shown.reply.wants == "place":
            parts.append("(📍 gửi vị trí)")
        if shown.reply.document:
            parts.append(f"(tệp {shown.reply.document.name})")
        parts += [" ".join(f"[{c.label}]" for c in row) for row in shown.reply.choices]
        lines += [(head if n == 0 else indent) + part for n, part in enumerate(parts)]
    return [line.rstrip() for line in lines]
