"""The table of permissions: as the document tells it, and as every role meets it, in every place of the tree.

One world with a province, two districts and their communes; Lan of one commune has reported, and has a draft open. Then
everybody tries everything on her data. What the table does not allow leaves every table of the database as it was, is
answered, and shows nothing of hers.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from handlers import commands, takers
from handlers.events import place_of
from handlers.permissions import INVITES, RULES, Reach
from reporting.organisation.invites import ALPHABET
from storage import people, stories
from storage.tables import GroupChat
from tests.support.dan_van import CAMPAIGN
from tests.support.story import world_after
from tests.support.world import ZONE, Shown, World

DOCUMENT = (Path(__file__).parent.parent / "docs" / "permissions.md").read_text(encoding="utf-8")
ROLES = ("reporter", "leader", "officer", "admin")
SECRET = "Bà con lo thiếu nước"


def test_the_document_tells_the_table() -> None:
    told = {}
    for line in DOCUMENT.splitlines():
        if found := re.match(r"\| `([a-z.]+)` \| (.+?) \| (.+) \|$", line):
            told[found[1]] = (found[2], tuple(cell.strip() for cell in found[3].split("|")))
    rules = {
        action: (rule.what, tuple(rule.roles[role].value if role in rule.roles else "–" for role in ROLES))
        for action, rule in RULES.items()
    }
    assert told == rules


def test_every_command_and_button_has_its_rule() -> None:
    assert {command.action for command in commands.COMMANDS} <= RULES.keys()
    assert {rule for rule, _ in takers.BUTTONS.values()} <= RULES.keys()
    assert takers.COMMANDS.keys() == {command.name for command in commands.COMMANDS}
    assert all(set(given) <= set(ROLES) for given in INVITES.values())


# --- everybody tries everything ------------------------------------------------------------------------

PACK = (
    CAMPAIGN
    + """| | approval | yes |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds | nothing |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | xã | yes |
| ranking |
| | criterion | weight |
| | on_time | 10 |
| survey |
| | type | name | label | indicator | audience |
| | integer | homes | Bao nhiêu nhà? | homes | |
| | text | opinion | Bà con nói gì? | | leaders |
"""
)
UNITS = """code,name,short_name,kind,parent
TN,Tỉnh đoàn Tây Ninh,Tây Ninh,tỉnh,
BC,Huyện đoàn Bến Cầu,Bến Cầu,huyện,TN
GD,Huyện đoàn Gò Dầu,Gò Dầu,huyện,TN
LT,Đoàn xã Long Thuận,Long Thuận,xã,BC
TT,Đoàn xã Tiên Thuận,Tiên Thuận,xã,BC
HT,Đoàn xã Hiệp Thạnh,Hiệp Thạnh,xã,GD
"""
PLACES = ("TN", "BC", "GD", "LT", "TT", "HT")
OURS = "LT"
LAN = "reporter@LT"
EVERYBODY = [f"{role}@{place}" for role in ROLES for place in PLACES]

OWNER = "owner"
"""Not by role: only she herself."""

TRIED: dict[str, list[tuple[str, str]]] = {
    # verb → an action on what is Lan's, and what one must be allowed to on her unit
    "q": [("q/{draft}/0/v/9", OWNER)],
    "card": [("card/{draft}/send", OWNER), ("card/{draft}/sure", OWNER), ("card/{draft}/stop", OWNER)],
    "rep": [("rep/{draft}/0/list", OWNER)],
    "start": [("start/{owed}", "report.send")],
    "restart": [("restart/{owed}", "report.send")],
    "nothing": [("nothing/{owed}/sure", "report.send")],
    "same": [("same/{owed}/sure", "report.send")],
    "void": [("void/{report}/sure", "report.send")],
    "resume": [("resume/{draft}", OWNER)],
    "fix": [("fix/{report}", "report.send")],
    "amend": [("amend/{report}/set", "report.send"), ("amend/{report}/next", "report.send")],
    "keep": [("keep/{draft}", OWNER)],
    "drop": [("drop/{draft}", OWNER)],
    "hist": [("hist/{report}", "report.send")],
    "owed": [("owed", "report.send")],
    "rv": [("rv/report/{report}", "report.read"), ("rv/version/{report}/1", "report.read"),
           ("rv/file/{report}/0", "report.read"), ("rv/down/{period}/{unit}", "report.read")],
    "back": [("back/lines/{report}/0", "report.return"), ("back/ask/{report}/1/homes", "report.return")],
    "appr": [("appr/one/{report}/1", "report.approve"), ("appr/reopen/{report}", "report.approve")],
    "ret": [("ret/{asked}/keep", "report.send"), ("ret/{asked}/edit", "report.send"), ("ret/{asked}/v", "report.send")],
    "dl": [("dl/{period}/more/{unit}", "deadline.change"), ("dl/{period}/exempt/{unit}", "deadline.change")],
    "nudge": [("nudge/{period}/{unit}", "remind")],
    "dig": [("dig/{form}/today", "digest"), ("dig/{form}/missing", "digest"), ("dig/{form}/xlsx", "digest")],
    "word": [("word/{form}/1", "digest.names"), ("word/{form}/999", "digest.names")],
    "rate": [("rate/1/{unit}/unit/0", "rates"), ("rate/1/{unit}/period/0", "rates")],
    "rank": [("rank/1/of/{unit}", "ranking"), ("rank/1/{unit}/0", "ranking"), ("rank/1/xlsx", "digest")],
    "unit": [("unit/{unit}", "unit.read"), ("unit/{unit}/below/0", "unit.read")],
    "unitset": [("unitset/{unit}/name", "unit.change"), ("unitset/{unit}/add", "unit.change"),
                ("unitset/{unit}/end", "unit.change"), ("unitset/{unit}/ended/0", "unit.change")],
    "mem": [("mem/show/{member}", "member.read"), ("mem/code/{member}", "member.change"),
            ("mem/hand/{member}", "member.change"), ("mem/cut/{member}/{account}", "member.change"),
            ("mem/end/{member}/sure", "member.change"), ("mem/link/{member}", "member.change")],
    "inv": [("inv/unit/{unit}", "member.change"), ("inv/uses/{unit}/reporter/1", "member.change")],
    "hand": [("hand/ask/{member}", OWNER), ("hand/code/{member}", f"{OWNER}|member.change")],
    "acct": [("acct/yes/1/test/somebody", OWNER)],
    "role": [("role/{member}", OWNER)],
    "camp": [("camp/1", "campaign"), ("camp/1/pause", "campaign"), ("camp/1/close/sure", "campaign"),
             ("camp/1/extend/until/2023-01-31", "campaign")],
    "book": [("book/apply/abc/def", "campaign"), ("book/drop/abc/def", "campaign")],
    "log": [("log", "audit"), ("log/u/{unit}", "audit")],
    "mo": [("mo/l/1.0/-.-.-.a/0", "models.see"), ("mo/m/1.0/-.-.-.a/1", "models.see"),
           ("mo/xlsx/1.0/-.-.-.a", "models.see")],
    "mine": [("mine", "self"), ("mine/file", "self"), ("mine/web", "self")],
    "grp": [("grp/1", "group"), ("grp/1/set/n", "group"), ("grp/1/to/{unit}/s", "group"),
            ("grp/1/ok/{unit}/s", "group"), ("grp/1/off/sure", "group")],
    "tale": [("tale/again/1", "story.send"), ("tale/send", "story.send"), ("tale/drop", "story.send")],
    "sto": [("sto/see/1", "story.edit"), ("sto/back/1", "story.edit"), ("sto/text/1", "story.edit"),
            ("sto/edit/1", "story.edit"), ("sto/ask/1", "story.edit"), ("sto/no/1", "story.edit"),
            ("sto/ok/1/x", "story.edit"), ("sto/in/1/1/0", "story.edit"), ("sto/post/1/x", "story.edit"),
            ("sto/best/1/2022-W50", "story.edit")],
    "al": [("al/see/1", "alert.take"), ("al/take/1", "alert.take"), ("al/pass/1", "alert.take"),
           ("al/to/1/{member}", "alert.take"), ("al/oops/1/sure", OWNER), ("al/send/0", OWNER)],
    "nt": [("nt/want/general", "self"), ("nt/off/campaign", "self")],
    "tin": [("tin/list", "broadcast"), ("tin/show/1", "broadcast"), ("tin/send/1", "broadcast"),
            ("tin/drop/1/sure", "broadcast"), ("tin/yes/1/0", "broadcast.approve"),
            ("tin/no/1/0", "broadcast.approve")],
    "run": [("run/show/1", "broadcast"), ("run/pause/1", "broadcast"), ("run/stop/1", "broadcast"),
            ("run/edit/1", "broadcast"), ("run/withdraw/1/sure", "broadcast")],
    "later": [("later", "self")],
    "cmd": [("cmd/nhatky", "audit"), ("cmd/baocao", "report.send")],
}  # fmt: skip
QUIET = ("conversation", "seen_update", "outbox", "snapshot", "web_message")
"""What may change though nothing was done: what was said, and digests that were looked at."""


def test_every_button_is_tried() -> None:
    assert TRIED.keys() == takers.BUTTONS.keys()


async def _lan_has_reported(world: World) -> None:
    pack = world.file.parent / "pack"
    pack.mkdir()
    (pack / "form.md").write_text(PACK, encoding="utf-8")
    (pack / "units.csv").write_text(UNITS, encoding="utf-8")
    await world.load(pack)
    for number, who in enumerate(EVERYBODY):
        role, _, place = who.partition("@")
        code = f"K7QM-{ALPHABET[number // 10]}{ALPHABET[number % 10]}PD"
        await world.invite(code, place, role)
        await world.says(who, f"/start {code}")
        await world.presses(who, "Đúng, tham gia")
    await world.presses(LAN, "📝 Báo cáo ngay")
    await world.says(LAN, "3")
    await world.says(LAN, SECRET)
    await world.presses(LAN, "✅ Gửi báo cáo")
    await world.happens("leader@TN", action="back/ask/1/1/" + place_of("/data/homes"))
    await world.says("leader@TN", "Có nhầm không?")
    await world.presses(LAN, "✏️ Sửa báo cáo này")
    await world.says(LAN, "/khan Cháy kho lúa")
    await world.presses(LAN, "🚨 Gửi ngay")
    async with world.unit_of_work() as uow:
        unit = await people.unit_by_code(uow, OURS)
        assert unit
        await stories.add(uow, unit_id=unit["id"], member_id=1, text="Trả lại của rơi", photos=[])
        await uow.insert(GroupChat, channel="test", chat="-1", title="Đoàn xã Long Thuận", unit_id=unit["id"])


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with world_after(_lan_has_reported, tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        yield world


async def test_everybody_presses_everything(world: World) -> None:
    names = await _names(world)
    before = await _kept(world)
    for sample, rule in [pair for samples in TRIED.values() for pair in samples]:
        who_may_not = [who for who in [*EVERYBODY, "stranger"] if not _may(who, rule)]
        for who, heard in (await world.all_at_once(who_may_not, action=sample.format_map(names))).items():
            assert heard, f"{who}: {sample} is answered"
            assert SECRET not in _text(heard), f"{who}: {sample} shows what is for leaders"
        assert await _kept(world) == before, f"{sample} was done by somebody who may not"
    assert await world.query("select traceback from failed_update") == []
    await world.totals_are_true()


async def test_everybody_says_every_command(world: World) -> None:
    for name in takers.COMMANDS:
        for who, heard in (await world.all_at_once([*EVERYBODY, "stranger"], text=f"/{name}")).items():
            assert heard, f"{who}: /{name} is answered"
            assert SECRET not in _text(heard)
    assert await world.query("select traceback from failed_update") == []
    await world.totals_are_true()


async def test_who_may_does_it_without_a_fault(world: World) -> None:
    names = await _names(world)
    for samples in TRIED.values():
        for sample, rule in samples:
            who_may = [who for who in EVERYBODY if _may(who, rule)]
            for who, heard in (await world.all_at_once(who_may, action=sample.format_map(names))).items():
                assert heard, f"{who}: {sample}"
    assert await world.query("select traceback from failed_update") == []
    await world.totals_are_true()


def _may(who: str, rule: str) -> bool:
    if "|" in rule:
        return any(_may(who, one) for one in rule.split("|"))
    if rule == OWNER:
        return who == LAN
    role, _, place = who.partition("@")
    reach = RULES[rule].roles.get(role)
    above = {"LT": ("LT", "BC", "TN")}[OURS]
    return reach is not None and (
        rule in ("digest", "self", "audit")
        or (reach is Reach.UNIT and (place == OURS or rule == "report.send"))
        or (reach is Reach.BRANCH and place in above)
    )


def _text(heard: list[Shown]) -> str:
    return "\n".join(shown.text for shown in heard)


async def _kept(world: World) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for name in SQLModel.metadata.tables if name not in QUIET]
    return {name: sorted(await world.query(f"select * from {name}"), key=repr) for name in tables}


async def _names(world: World) -> dict[str, object]:
    """The ids of what is Lan's."""
    ((unit,),) = await world.query(f"select id from unit where code = '{OURS}'")
    ((member, account),) = await world.query(
        f"select m.id, a.id from member m join account a on a.member_id = m.id where a.address = '{LAN}'"
    )
    ((owed, period, form),) = await world.query(
        f"select id, period_id, form_id from expected_report where unit_id = {unit}"
    )
    ((draft,),) = await world.query("select id from draft")
    ((asked,),) = await world.query("select id from report_return")
    return {"unit": unit, "member": member, "account": account, "owed": owed, "period": period, "form": form,
            "draft": draft, "report": 1, "asked": asked}  # fmt: skip
