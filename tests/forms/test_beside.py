"""The files that labels show: found beside the workbook, or named with the row that wants them."""

from collections.abc import Mapping
from pathlib import Path
from unicodedata import normalize

import pytest

from forms.beside import MOST_MB
from forms.problems import FormError
from forms.xlsform import Workbook, read_workbook

FORM = """
| survey |
| | type | name | label::Vietnamese (vi) | label::English (en) | media::image::Vietnamese (vi) | image::English (en) | media::audio::English (en) |
| | select_one kind | kind | Loại nhà? | Which kind? | căn nhà.png | house & home.JPG | |
| | begin_group | more | Thêm | More | | | |
| | integer | cost | Bao nhiêu? | How much? | | | how.mp3 |
| | text | old | Thôi | Gone | căn nhà.png | - | |
| | end_group | | | | | | |
| choices |
| | list_name | name | label::Vietnamese (vi) | label::English (en) | media::video::Vietnamese (vi) |
| | kind | a | Tình nghĩa | Gratitude | xây.mp4 |
"""  # noqa: E501
FILES = ("căn nhà.png", "media/house & home.JPG", "form-media/how.mp3", "xây.mp4")


def form(folder: Path, text: str = FORM, files: tuple[str, ...] = FILES) -> Path:
    for file in files:
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"content")
    (folder / "form.md").write_text(text, encoding="utf-8")
    return folder / "form.md"


def problems(path: Path) -> list[str]:
    with pytest.raises(FormError) as caught:
        read_workbook(path)
    return [str(problem) for problem in caught.value.problems]


def found(book: Workbook, folder: Path) -> Mapping[str, str]:
    return {name: str(path.relative_to(folder)) for name, path in book.media.items()}


def test_files_are_found_in_all_three_places(tmp_path: Path) -> None:
    book = read_workbook(form(tmp_path))
    assert found(book, tmp_path) == {
        "images/căn nhà.png": "căn nhà.png",
        "images/house & home.JPG": "media/house & home.JPG",
        "audio/how.mp3": "form-media/how.mp3",
        "video/xây.mp4": "xây.mp4",
    }
    assert book.media_places == {
        "images/căn nhà.png": ("survey", 2),
        "images/house & home.JPG": ("survey", 2),
        "audio/how.mp3": ("survey", 4),
        "video/xây.mp4": ("choices", 2),
    }
    assert book.rows == {"kind": 2, "more": 3, "cost": 4, "old": 5}


def test_what_is_missing_is_named_with_its_row(tmp_path: Path) -> None:
    assert problems(form(tmp_path, files=FILES[1:3])) == [
        "choices, row 2: the file “xây.mp4” is neither beside the form nor in the folder media or form-media",
        "survey, row 2: the file “căn nhà.png” is neither beside the form nor in the folder media or form-media",
    ]


def test_a_file_too_large(tmp_path: Path) -> None:
    path = form(tmp_path)
    with (tmp_path / "xây.mp4").open("wb") as file:
        file.truncate(MOST_MB * 1024 * 1024 + 1)
    assert problems(path) == ["choices, row 2: the file “xây.mp4” is larger than 10 MB"]


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = form(tmp_path, FORM.replace("how.mp3", "xây.mp4"))
    assert problems(path) == [
        "survey, row 4: the file “xây.mp4” does not end as a sound does here: .mp3, .m4a, .ogg, .oga, .opus, .aac, .wav"
    ]


@pytest.mark.parametrize("name", ["../secret.png", "media/../../secret.png", "/secret.png", "form-media/how.png", ".."])
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.png").write_bytes(b"content")
    folder = tmp_path / "forms"
    folder.mkdir()
    assert problems(form(folder, FORM.replace("căn nhà.png", name), (*FILES, "form-media/how.png"))) == [
        f"survey, row 2: the file “{name}” is neither beside the form nor in the folder media or form-media"
    ]


def test_a_link_to_elsewhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(b"content")
    folder = tmp_path / "forms"
    folder.mkdir()
    path = form(folder, files=FILES[1:])
    (folder / "căn nhà.png").symlink_to(tmp_path / "secret.png")
    assert len(problems(path)) == 1


def test_accents_that_a_mac_took_apart(tmp_path: Path) -> None:
    path = form(tmp_path, files=(normalize("NFD", FILES[0]), *FILES[1:]))
    assert read_workbook(path).media["images/căn nhà.png"].is_file()


def test_a_name_that_depends_on_answers(tmp_path: Path) -> None:
    assert problems(form(tmp_path, FORM.replace("| how.mp3 |", "| ${kind}.mp3 |"))) == [
        "survey, row 4: the column “media::audio::English (en)” must name one file; “${kind}.mp3” depends on answers"
    ]


def test_an_xform_has_no_rows_to_name(tmp_path: Path) -> None:
    xform_xml = read_workbook(form(tmp_path)).xform_xml
    (tmp_path / "form.xml").write_text(xform_xml, encoding="utf-8")
    assert found(read_workbook(tmp_path / "form.xml"), tmp_path) == found(read_workbook(tmp_path / "form.md"), tmp_path)
    (tmp_path / "xây.mp4").unlink()
    assert problems(tmp_path / "form.xml") == [
        "survey: the file “xây.mp4” is neither beside the form nor in the folder media or form-media"
    ]


def test_the_engine_runs_without_seeing_them(tmp_path: Path) -> None:
    assert read_workbook(form(tmp_path, files=()), strict=False).media == {}
