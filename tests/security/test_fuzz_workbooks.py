"""Real packs after accidents and mischief: each is loaded, or refused with file, sheet and row; never a traceback."""

from __future__ import annotations

import re
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from hypothesis import given
from hypothesis import strategies as st

from handlers.campaigns import problem_words
from reporting.campaigns.pack import Pack, PackError
from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from reporting.campaigns.sent_files import read_sent
from reporting.organisation.units import UnitListError, read_list
from storage.uow import UnitOfWork
from tests.forms.test_any_workbook import JUNK
from tests.security import bombs
from tests.security.kit import NASTY_TEXTS, TRIED, Besieged, examples
from tests.support.world import CAMPAIGNS, TRANSLATORS

PACKS = sorted(path for path in CAMPAIGNS.iterdir() if path.is_dir() and list(path.glob("*.md")))
CELL = st.one_of(
    JUNK,
    st.sampled_from(NASTY_TEXTS).map(lambda text: re.sub(r"[\r\n\u2028\u2029|\ud800-\udfff]", " ", text)),
    st.sampled_from(["2022-02-30", "9999-12-31", "0001-01-01", "25:61", "-5h", "9" * 30 + "h", "weekly", "yearly",
                     "1e9", "daily", "all", "TN", "*", "..", "NaN", "100000000000 tỷ", "2022-12-16 - 2022-12-01",
                     "T2-T9", "last"]),
)  # fmt: skip


@cache
def lines_of(file: Path) -> tuple[str, ...]:
    return tuple(file.read_text(encoding="utf-8").splitlines())


def cells(line: str) -> list[str]:
    return re.split(r"(?<!\\)\|", line)


@st.composite
def spoilt_lines(draw: st.DrawFn, lines: tuple[str, ...]) -> str:
    new = list(lines)
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, len(new) - 1))
        parts = cells(new[at])
        match draw(st.sampled_from(["cell", "cell", "cell", "cell", "drop", "double", "swap", "cut", "headers"])):
            case "cell":
                parts[draw(st.integers(0, len(parts) - 1))] = f" {draw(CELL)} "
                new[at] = "|".join(parts)
            case "drop" if len(new) > 1:
                del new[at]
            case "double":
                new.insert(at, new[at])
            case "swap":
                other = draw(st.integers(0, len(new) - 1))
                new[at], new[other] = new[other], new[at]
            case "cut":
                new[at] = new[at][: draw(st.integers(0, len(new[at])))]
            case _:
                new[at] = "|".join(reversed(parts))
    return "\n".join(new)


def read(path: Path) -> Pack | None:
    try:
        return read_pack(path)
    except PackError as error:
        told(error.problems)
        return None


def told(problems: list[str]) -> None:
    """Each says which file or campaign, and can be said in Vietnamese."""
    assert problems
    assert all(re.match(r"[\w.-]+(: |,)", problem) for problem in problems), problems
    assert all(str(line) for line in problem_words.lines(problems, TRANSLATORS["vi"]))


async def saved(besieged: Besieged, pack: Pack) -> None:
    """Written, and taken back: what was read well may still be refused, in words."""
    world = besieged.world
    async with world.db.write() as conn:
        uow = UnitOfWork(conn, world.clock.now())
        try:
            await save_pack(uow, pack)
            await uow.flush()
        except PackError as error:
            told(error.problems)
        await conn.rollback()


def test_fuzz_packs_of_markdown(besieged: Besieged, tmp_path: Path) -> None:
    files = [file for pack in PACKS for file in sorted(pack.glob("*.md")) if file.name != "README.md"]
    folder = tmp_path / "pack"
    folder.mkdir()

    @examples(10)
    @given(st.data())
    def load(data: st.DataObject) -> None:
        TRIED["packs of Markdown"] += 1
        spoilt = data.draw(st.sampled_from(files))
        for old in folder.iterdir():
            old.unlink()
        for file in spoilt.parent.iterdir():
            if file.is_file():
                (folder / file.name).write_bytes(file.read_bytes())
        text = data.draw(spoilt_lines(lines_of(spoilt)))
        (folder / spoilt.name).write_text(text, encoding="utf-8", errors="replace")
        if pack := read(folder):
            besieged.run(saved(besieged, pack))

    load()


def test_fuzz_workbooks(besieged: Besieged) -> None:
    with ZipFile(BytesIO(bombs.SOUND)) as packed:
        parts = [name for name in packed.namelist() if name.endswith((".xml", ".rels"))]
        contents = {name: packed.read(name) for name in parts}

    @examples(10)
    @given(st.data())
    def load(data: st.DataObject) -> None:
        TRIED["workbooks"] += 1
        name = data.draw(st.sampled_from(parts))
        content = bytearray(contents[name])
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, max(0, len(content) - 1)))
            put = data.draw(
                st.one_of(st.binary(min_size=1, max_size=4), st.sampled_from([b"<", b"9999999999", b"&", b"</"]))
            )
            content[place : place + data.draw(st.integers(0, 20))] = put
        try:
            pack = read_sent(bombs.with_part(name, bytes(content)), "mau.xlsx", {})
        except PackError as error:
            told(error.problems)
        else:
            besieged.run(saved(besieged, pack))

    load()


def test_fuzz_lists_of_units(tmp_path: Path) -> None:
    lines = lines_of(CAMPAIGNS / "tay-ninh-2022" / "units.csv")
    path = tmp_path / "units.csv"

    @examples(40)
    @given(st.data())
    def read_units(data: st.DataObject) -> None:
        TRIED["lists of units"] += 1
        new = list(lines)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(new) - 1))
            parts = new[at].split(",")
            parts[data.draw(st.integers(0, len(parts) - 1))] = str(data.draw(CELL))
            new[at] = data.draw(st.sampled_from([",", ",", ";", "\t"])).join(parts)
        path.write_bytes("\n".join(new).encode(errors="replace") + data.draw(st.binary(max_size=3)))
        try:
            read_list(path)
        except UnitListError as error:
            assert error.problems

    read_units()
