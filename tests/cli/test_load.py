"""The command `load`: what it says, what it writes, and what it refuses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from PIL import Image

from tests.cli.kit import A_PERIOD, PACK, Ran, bot, change, query

PLACES = "select code, name from unit order by id"
VERSIONS = "select count(*) from form_version"
NAME = "Dân vận đợt 2 năm 2022"
DAILY = "daily (version 2022121301)"


def test_loading_once_and_again(first_load: tuple[Path, Ran], office: Path) -> None:
    assert first_load[1] == Ran(0, f"✔ {NAME}: 14 units; forms published: {DAILY}\n", "")
    before = query(office, PLACES)
    assert bot(office, "load", PACK).out == f"✔ {NAME}: 14 units; forms published: nothing new\n"
    assert query(office, PLACES) == before
    assert query(office, VERSIONS) == [(1,)]


def test_what_changed_is_told_before_and_when_it_is_published(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "daily.md", "| 2022121301 |", "| 2022121302 |")
    spoil(pack / "daily.md", "| | activity | other |", "| | activity | tết | Tết | New Year |\n| | activity | other |")
    spoil(pack / "daily.md", "| | integer | leaflets | Phát bao nhiêu", "| | decimal | leaflets | Đã phát bao nhiêu")
    told = (
        "form daily (version 2022121302):\n"
        "  “leaflets”: type changed from integer to decimal\n"
        "  “activities”: choices added (1): tết\n"
        "  labels and hints changed: 1\n"
    )
    news = "daily (version 2022121302)"
    assert bot(office, "load", "--dry-run", pack.name) == Ran(
        0, f"{told}✔ {NAME}: 14 units; forms that would be published: {news}; nothing was written\n", ""
    )
    assert query(office, VERSIONS) == [(1,)]
    assert bot(office, "load", pack.name) == Ran(0, f"{told}✔ {NAME}: 14 units; forms published: {news}\n", "")
    assert query(office, VERSIONS) == [(2,)]


def test_a_change_that_reports_forbid(office: Path) -> None:
    report(office, "gifts_value")
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "units.csv", "Thành đoàn Tây Ninh", "Thành đoàn Khác")
    spoil(pack / "daily.md", "| Giá trị quà | Value of gifts | đồng |", "| Giá trị quà | Value of gifts | triệu đồng |")
    before = query(office, PLACES)
    for words in ((), ("--dry-run",)):
        ran = bot(office, "load", *words, pack.name)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.splitlines() == [
            "✘ daily.md: survey, row 19: reports add up in the indicator “gifts_value” in đồng, so it cannot go on in "
            "triệu đồng: keep this row as it was (with false() in the column relevant it is asked no more), and add a "
            "row with a new name and a new indicator name",
            "✘ tay-ninh-2022: nothing was loaded (1 to mend)",
        ]
    assert query(office, PLACES) == before
    assert query(office, VERSIONS) == [(1,)]


def report(office: Path, indicator: str) -> None:
    """As if one had come in on the first version of the form."""
    change(
        office,
        A_PERIOD,
        f"insert into total values (1, 1, '{indicator}', 5000, 1, 0)",
        "insert into revision (report_id, number, version_id, answers, marks, indicators, odd, reason, member_id,"
        " created_at) values (1, 1, (select id from form_version), '{}', '{}', '{}', '[]', '', 1, '2022-12-16')",
    )


def test_pictures_of_labels_are_kept(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "daily.md", "| synonyms | calculation |", "| synonyms | calculation | media::image |")
    spoil(pack / "daily.md", "tờ rơi; tờ bướm |  |", "tờ rơi; tờ bướm |  | tờ rơi.png |")
    picture = pack / "daily-media" / "tờ rơi.png"
    picture.parent.mkdir()
    picture.write_bytes(b"%PDF-1.4 is no picture")
    ran = bot(office, "load", pack.name)
    assert ran.err.splitlines()[0] == (
        "✘ daily.md: survey, row 6: the file “tờ rơi.png” holds no picture that can be shown"
    )
    Image.new("RGB", (4, 3), "red").save(picture)
    whole = picture.read_bytes()
    picture.write_bytes(whole[:50])
    assert bot(office, "load", pack.name).err == ran.err
    assert query(office, VERSIONS) == [(1,)]
    picture.write_bytes(whole)
    told = bot(office, "load", "--dry-run", pack.name).out
    assert told.splitlines()[:2] == [f"form {DAILY}:", "  pictures, sounds or films changed"]
    assert query(office, "select count(*) from media") == [(0,)]
    assert bot(office, "load", pack.name).code == 0
    live = "f.version_id = (select max(id) from form_version)"
    ((media, is_live),) = query(
        office, f"select v.media, {live} from form f join form_version v on v.id = f.version_id"
    )
    ((media_id, digest, mime),) = query(office, "select id, sha256, mime from media")
    assert (json.loads(media), is_live, mime) == ({"images/tờ rơi.png": media_id}, True, "image/png")
    assert query(office, VERSIONS) == [(2,)]
    assert (office / "media" / digest[:2] / digest).read_bytes() == picture.read_bytes()
    # The same picture in the next version is not kept once more.
    spoil(pack / "daily.md", "| 2022121301 |", "| 2022121302 |")
    assert bot(office, "load", pack.name).out.splitlines()[1] == "  only details changed"
    assert query(office, "select count(*) from media") == [(1,)]


def test_a_media_folder_that_cannot_be(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "daily.md", "| synonyms | calculation |", "| synonyms | calculation | media::image |")
    spoil(pack / "daily.md", "tờ rơi; tờ bướm |  |", "tờ rơi; tờ bướm |  | a.png |")
    Image.new("RGB", (4, 3), "red").save(pack / "a.png")
    (office / "file").touch()
    ran = bot(office, "load", pack.name, MEDIA_DIR=office / "file" / "media")
    assert ran.err == f"✘ MEDIA_DIR: {office}/file/media cannot be made: Not a directory\n"
    assert query(office, VERSIONS) == [(1,)]


def test_a_broken_pack_is_not_loaded_and_every_problem_is_told(office: Path) -> None:
    pack = shutil.copytree(PACK, office / PACK.name)
    spoil(pack / "units.csv", ",huyện,TN\nTN-BC", ",huyện,QN\nTN-BC")
    spoil(pack / "units.csv", "Thành đoàn Tây Ninh", "Thành đoàn Khác")
    spoil(pack / "daily.md", "| 10:00 | 24h |", "| [/red] | 24h |")
    spoil(pack / "daily.md", "| | integer | leaflets |", "| | number | leaflets |")
    before = query(office, PLACES)
    ran = bot(office, "load", pack.name)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.splitlines() == [
        "✘ units.csv, row 10: the parent QN is not in the list",
        "✘ daily.md: deadlines, row 2: column due: '[/red]' is not a time such as 10:00",
        "✘ daily.md: survey, row 6: an indicator must stand on an integer, decimal or calculate, not on “number”",
        "✘ tay-ninh-2022: nothing was loaded (3 to mend)",
    ]
    assert query(office, PLACES) == before


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
