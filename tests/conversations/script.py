"""Conversations as files. A script reads as a dialogue, and is the whole transcript:

    pack houses                             on the first line: the campaign (of the folder packs) in place of Tây Ninh's
    numbered                                before that: on a channel without buttons, as Zalo is; people type
    == 2022-12-16 08:18                     the clock is turned, the jobs look at what is due
    invite K7QM-2XPD TN-BC reporter         a code is made
    Lan> /start K7QM-2XPD                   Lan says
    Lan> Một dòng ⏎ dòng nữa                Lan says two lines
    Lan> [Đúng, tham gia]                   Lan presses
    Lan> (ảnh)                              Lan sends a picture
    Lan> (ảnh thật)                         a picture that is kept as a channel keeps it
    Lan> (tệp thật ke-hoach.pdf)            a file that is
    Lan> (vị trí 10.7769 106.7009)          a place
    Lan> (tệp audio ghi-am.ogg)             a file and what it is: audio, video, file
    Lan@-Đội_hình> /lienket                 Lan says (presses, sends) it in the group "Đội hình"
    Lan@-Đội_hình> (nhóm thêm bot)          what befalls the bot there: thêm, bỏ, cấm, cho (let it write)
    Lan@-Đội_hình> (nhóm chuyển -Mới)       the group goes on as another chat
    → Lan: Chào đồng chí! …                 the bot says to Lan; further lines are indented
           [Đúng, tham gia] [Không phải]    the buttons

Without buttons a message stands as Zalo shows it, and what is said in a group names the bot.

The lines that happen are carried out, the transcript is made anew, and must equal the file.
"""

from __future__ import annotations

import base64
import re
from datetime import datetime
from functools import cache
from pathlib import Path

from bot.channels.zalo_render import Files, render
from handlers.events import Document, Location, Membership, Photo
from tests.support.story import Story, world_after
from tests.support.world import TAY_NINH, TRANSLATORS, ZONE, Shown, World

_TOKEN = re.compile(r"/vao/[\w-]+")
PACKS = Path(__file__).parent / "packs"
_SAID = re.compile(r"(?P<who>[^\s>→]+)> (?P<what>.+)")
_PLACE = re.compile(r"\(vị trí ([\d.-]+) ([\d.-]+)\)")
_FILE = re.compile(r"\(tệp (audio|video|file) (\S+)\)")
_KEPT = re.compile(r"\(tệp thật (\S+\.pdf)\)")
_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
)
_GROUP = re.compile(r"\(nhóm (thêm|bỏ|cấm|cho|chuyển)(?: bot)?(?: (-\S+))?\)")
_BEFALLS = {
    "thêm": Membership.ADDED, "bỏ": Membership.REMOVED, "cấm": Membership.SILENCED, "cho": Membership.ALLOWED,
    "chuyển": Membership.MOVED,
}  # fmt: skip


async def play(script: str, folder: Path) -> str:
    """Carry out a script; returns its transcript."""
    lines = script.splitlines()
    start = next(line for line in lines if line.startswith("== "))
    named = next((line for line in lines[:2] if line.startswith("pack ")), "")
    pack = PACKS / named.removeprefix("pack ") if named else TAY_NINH
    async with world_after(_loaded(pack), folder, _moment(start)) as world:
        if "numbered" in lines[:2]:
            world.without_buttons()
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
    if line.startswith(("#", "pack ")) or line == "numbered":
        return [line]
    if line.startswith("== "):
        return [line, *_transcript(world, await world.time_is(_moment(line)))]
    if line.startswith("invite "):
        _, code, unit, role, *rest = line.split()
        await world.invite(code, unit, role, *map(int, rest))
        return [line]
    said = _SAID.fullmatch(line)
    if said is None:
        return []
    who, what = said["who"], said["what"]
    if "@-" in who:
        heard = await _in_group(world, *who.split("@"), what)
    elif what.startswith("[") and what.endswith("]"):
        heard = await world.presses(who, what[1:-1])
    elif what == "(ảnh)":
        heard = await world.sends_photo(who)
    elif what == "(ảnh thật)":
        heard = await world.sends_photo(who, await world.media.keep_photo(_PICTURE, f"{world.channel.name}:{who}"))
    elif kept := _KEPT.fullmatch(what):
        heard = await world.sends_file(who, b"%PDF-1.7 of the tests", kept[1])
    elif place := _PLACE.fullmatch(what):
        heard = await world.happens(who, location=Location(float(place[1]), float(place[2])))
    elif file := _FILE.fullmatch(what):
        heard = await world.happens(who, document=Document(f"f/{file[2]}", file[2], file[1]))
    else:
        heard = await world.says(who, what.replace(" ⏎ ", "\n"))
    return [line, *_transcript(world, heard)]


async def _in_group(world: World, who: str, chat: str, what: str) -> list[tuple[str, Shown]]:
    """What somebody does in a group, whose title is the chat's name."""
    there = {"sender": who, "name": who, "title": chat.removeprefix("-").replace("_", " ")}
    if befalls := _GROUP.fullmatch(what):
        return await world.happens(chat, membership=_BEFALLS[befalls[1]], moved_to=befalls[2], **there)
    if what.startswith("[") and what.endswith("]"):
        shown = next(one for one in reversed(world.channel.chats[chat]) if what[1:-1] in one.labels)
        return await world.happens(chat, action=shown.action(what[1:-1]), message_id=shown.id, **there)
    if what == "(ảnh)":
        return await world.happens(chat, photo=Photo("p/test"), **there)
    return await world.says(chat, what, **there)


def _moment(line: str) -> datetime:
    return datetime.strptime(line[3:19], "%Y-%m-%d %H:%M").replace(tzinfo=ZONE)


def _transcript(world: World, heard: list[tuple[str, Shown]]) -> list[str]:
    return _numbered(heard) if world.numbered else _with_buttons(heard)


def _numbered(heard: list[tuple[str, Shown]]) -> list[str]:
    """As Zalo shows it, message by message."""
    lines: list[str] = []
    for chat, shown in heard:
        reply, head = shown.reply, f"→ {chat}: "
        files = Files(("(biểu đồ)",) if reply.photo else (), (reply.document.name, "↗") if reply.document else None)
        for part in render(reply, files, TRANSLATORS["vi"]):
            text = _TOKEN.sub("/vao/…", "\n".join(filter(None, [part.photo, part.text])))
            said = [line or "·" for line in text.split("\n")]
            lines += [(head if n == 0 else " " * len(head)) + line for n, line in enumerate(said)]
    return [line.rstrip() for line in lines]


def _with_buttons(heard: list[tuple[str, Shown]]) -> list[str]:
    lines: list[str] = []
    for chat, shown in heard:
        head = f"{'↻' if shown.reply.replaces else '→'} {chat}: "
        indent = " " * len(head)
        # An empty line of a message is written as a dot, so that it is not taken for one between two steps.
        parts = [part or "·" for part in shown.text.split("\n")] if shown.text else []
        if shown.reply.photo:
            parts.insert(0, "(biểu đồ)")
        if shown.reply.photos:
            parts.insert(0, f"({len(shown.reply.photos)} ảnh)")
        if shown.reply.wants == "place":
            parts.append("(📍 gửi vị trí)")
        if shown.reply.document:
            parts.append(f"(tệp {shown.reply.document.name})")
        parts += [" ".join(f"[{c.label}]" for c in row) for row in shown.reply.choices]
        parts += [f"[{link.label} ↗ {link.url}]" for link in shown.reply.links]
        lines += [(head if n == 0 else indent) + part for n, part in enumerate(parts)]
    return [line.rstrip() for line in lines]
