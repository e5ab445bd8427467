"""No number of a message vanishes: it is an answer, a question, given back as not understood, or part of a place, a
date or a name that stands behind no question's own name. What is such a part is judged here by patterns of our own."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import unaccent
from forms.message import Filling
from forms.message.labels import NUMERIC, label_of, template_questions
from forms.message.words import tidied
from forms.model import Form, Question
from forms.xform import parse
from forms.xlsform import read_workbook
from tests.forms.kit import form_of
from tests.forms.message.kit import TAY_NINH, read, rows, shown
from tests.support.examples import examples

CAMPAIGNS = TAY_NINH.parents[1]


def of_pack(path: Path) -> Form:
    """A form beside the others of its pack: lists of entities stay open."""
    book = read_workbook(path, datasets=("models",))
    return parse(book.xform_xml, book.columns)


FORMS = {
    f"{path.parent.name}/{path.stem}": form
    for path in sorted(CAMPAIGNS.glob("*/*.md"))
    if path.stem != "campaign" and template_questions(form := of_pack(path))
}
REPORT = FORMS["tay-ninh-2022/daily"]
PACKS = 5
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")

# What counts nothing, and is no part of a report.
ELSEWHERE = (
    "thôn 7", "tại ấp 4", "ở tổ 31", "khu phố 8", "ngày 15/12", "16/12/2022", "lúc 7h30", "năm 2022", "đợt 2", "quý 4",
    "quyết định số 25/QĐ-ĐTN", "gọi 0912345678", "lớp 5", "cho bà Bảy", "anh Nguyễn Văn Sáu",
)  # fmt: skip
ASIDE = re.compile(
    r"\d[\d.]*/\d[\d/]*|\d+-\d+/\d+/\d+|\d+h\d*|\d+/[A-ZĐ]\S*|0\d{9}|0\d{3}\.\d{3}\.\d{3}|\b51F-\S+"
    r"|(?:^|(?<= ))\d{1,2}[.:](?= )|[^\W\d_]+\d[^\W_]*"
    r"|(?:ngày|ngay|năm|ấp|tổ|thôn|lớp|đợt|khu phố|phường|số nhà|quý|thứ|trường) \d+(?![\w/])|\d+ (?:năm|ngày)\b",
    re.MULTILINE | re.IGNORECASE,
)
# Numbers that a later one took the place of, and a zero of a part that is not there.
TAKEN_BACK = {
    "sửa 2 căn, à không, 3 căn": "2", "tuyên truyền 2 buổi 120 lượt người, à nhầm 3 buổi": "2",
    "tặng 20 suất quà, xin lỗi em ghi nhầm, 25 suất": "20", "sửa 3 căn chứ không phải 2 căn": "2",
    "không phải 2 buổi mà là 3 buổi tuyên truyền": "2",
    "báo cáo hôm qua em ghi nhầm 20 suất quà, đúng là 25 suất": "20",
    "0 buổi tuyên truyền, tặng 5 suất quà": "0", "30 tnv, à nhầm, 35 tnv": "30",
}  # fmt: skip


def given_back(filling: Filling) -> set[str]:
    return {number for piece in shown(filling) for number in NUMBER.findall(piece)}


def lost(form: Form, text: str) -> set[str]:
    """The numbers of a message that are nowhere."""
    told = NUMBER.findall(ASIDE.sub(" ", tidied(text)))
    taken_back = {TAKEN_BACK[text]} if text in TAKEN_BACK else set()
    return {number.rstrip(".,") for number in told} - given_back(read(form, text)) - taken_back


@pytest.mark.parametrize("text", [row.message for row in rows("messages.md")])
def test_no_number_of_the_table_is_lost(report: Form, text: str) -> None:
    assert lost(report, text) == set()


@pytest.mark.parametrize("text", [row.message for row in rows("summer_messages.md")])
def test_no_number_of_the_other_table_is_lost(summer: Form, text: str) -> None:
    assert lost(summer, text) == set()


def test_all_packs_are_here() -> None:
    assert len({name.partition("/")[0] for name in FORMS}) == PACKS


def numeric(form: Form) -> list[Question]:
    return [question for question in template_questions(form) if question.kind in NUMERIC]


def unit(question: Question) -> str:
    return question.unit.get("vi") or question.unit.get("") or next(iter(question.unit.values()), "")


WAYS = (
    "{label} {n}",
    "{label} {n} {unit}",
    "{label}: {n}",
    "{label} = {n} {unit}",
    "{label}: {n} {unit}",
    "{label}-{n}",
)
OTHERS = ("trồng {n} cây", "{n} nữa", "tặng {n} suất quà", "{n} em", "được {n} - còn lại", "trong đó {n} nữ", "hết {n}")
SIGNS = (", ", "; ", ". ", "\n", " - ", "\n- ")
JOINTS = st.sampled_from([*SIGNS, " và ", " "])
TYPED = st.sampled_from([str, str.upper, unaccent, str.capitalize])


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, str, frozenset[str]]:
    """The name of a form, a message to it, and the numbers that must not be lost: each stands in it once."""
    name = draw(st.sampled_from(list(FORMS)))
    form = FORMS[name]
    questions = numeric(form)
    numbers = draw(st.lists(st.integers(101, 1899).map(str), min_size=1, max_size=6, unique=True))
    text = ""
    for number in numbers:
        question = draw(st.sampled_from(questions)) if questions else None
        way = draw(st.sampled_from(WAYS if question and draw(st.booleans()) else OTHERS))
        label = label_of(form, question, "vi") if question else ""
        text += draw(JOINTS) if text else ""
        text += way.format(label=label, n=number, unit=unit(question) if question else "")
        # "101 ngày 15/12" without a sign may be a hundred and one days.
        text += draw(st.sampled_from(["", *(sign + aside + "." for sign in SIGNS for aside in ELSEWHERE)]))
    return name, "\n".join(map(draw(TYPED), text.splitlines())), frozenset(numbers)


@examples(400)
@given(told=messages())
def test_no_number_of_any_message_is_lost(told: tuple[str, str, frozenset[str]]) -> None:
    name, text, numbers = told

    assert numbers <= given_back(read(FORMS[name], text)), text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("101 em\n102 nữa", {"101", "102"}),
        ("101 em 102 nữa", {"101", "102"}),
        ("thôn 7, 102 nữa", {"102"}),
        ("hết 101\nngày 15/12", {"101"}),
        ("HẾT 101\n- QUÝ 4", {"101"}),
        ("PHÁT TỜ RƠI ĐƯỢC 200 - TIN BÀI 3", {"200", "3"}),
        ("TIN BAI-12", {"12"}),
        ("Tờ rơi:\n20.", {"20"}),
        ("nạo vét 8km5 kênh", {"8", "5"}),
        ("Buổi tuyên truyền: 3 ngày", {"3"}),
        ("Tin bài 2022", {"2022"}),
        ("2 em mỗi em 1 xe đạp", {"2", "1"}),
        ("hỗ trợ 25 em, trong đó 10 em nữ", {"25", "10"}),
        ("Tờ rơi: 3, 200 nữa cho ấp 4", {"3", "200"}),
    ],
)
def test_messages_that_lost_a_number(report: Form, text: str, numbers: set[str]) -> None:
    assert numbers <= given_back(read(report, text))


NONE_REFUSED = """
| survey |
| | type | name | label | constraint | synonyms | unit |
| | integer | trees | Trồng bao nhiêu cây? | . > 0 | cây xanh | cây |
| settings |
| | form_id | version |
| | none | 1 |
"""


def test_a_zero_that_the_form_refuses_is_asked(tmp_path: Path) -> None:
    assert given_back(read(form_of(tmp_path, NONE_REFUSED), "trồng 0 cây xanh")) == {"0"}


@pytest.mark.parametrize("name", FORMS)
def test_a_label_and_its_number_are_never_lost(name: str) -> None:
    form = FORMS[name]
    for question in numeric(form):
        for way in WAYS:
            text = way.format(label=label_of(form, question, "vi"), n="712", unit=unit(question))
            assert "712" in given_back(read(form, text)), text


def test_more_numbers_than_are_read_are_given_back(report: Form) -> None:
    text = "\n".join(f"{number} em" for number in range(100, 150))

    assert given_back(read(report, text)) == {str(number) for number in range(100, 150)}


def test_of_a_telephone_number_the_name_of_the_question_is_shown(report: Form) -> None:
    filling = read(report, "Tờ rơi: 0912345678")

    assert filling.answers == ()
    assert filling.not_understood == ("Tờ rơi",)
