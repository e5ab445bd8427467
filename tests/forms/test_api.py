"""The pure API on every kind of question: open, answer, clear, ask, switch language, dump."""

from datetime import datetime, timedelta

import pytest

from forms.api import Session, open_form
from forms.interview import Refusal
from forms.kinds import Kind
from forms.model import Form
from forms.values import Json
from tests.forms.kit import NOW

EVERYTHING = """
| survey |
| | type | name | label::English (en) | label::Vietnamese (vi) | parameters | default | trigger | calculation | constraint | required | media::image::English (en) |
| | start | began | | | | | | | | | |
| | end | ended | | | | | | | | | |
| | today | day | | | | | | | | | |
| | username | who | | | | | | | | | |
| | hidden | secret | | | | 5 | | | | | |
| | range | stars | Stars | Sao | start=1 end=5 step=2 | | | | | yes | star.png |
| | rank j | order | Order | Xếp | | | | | | | |
| | datetime | moment | Moment | Lúc nào | | now() | | | | | |
| | geopoint | place | Place | Nơi | | | | | | | |
| | geotrace | way | Way | Đường | | | | | | | |
| | geoshape | field | Field | Ruộng | | | | | | | |
| | audio | sound | Sound | Tiếng | | | | | | | |
| | video | film | Film | Phim | | | | | | | |
| | file | paper | Paper | Giấy | | | | | | | |
| | barcode | code | Code | Mã | | | | | | | |
| | acknowledge | agreed | Agreed | Đồng ý | | | | | | | |
| | select_one k or_other | pick | Pick | Chọn | | | | | | | |
| | select_multiple j | mixed | Mixed | Trộn | randomize=true seed=7 | | | | | | |
| | integer | n | Number | Số | | | | | . < 100 | | |
| | calculate | stamp | | | | | ${n} | concat('n was ', ${n}) | | | |
| | text | note_on_n | Note | Ghi | | | ${n} | if(${n} > 10, 'many', '') | | | |
| | integer | shown | Twice | Gấp đôi | | | | ${n} * 2 | | | |
| choices |
| | list_name | name | label::English (en) | label::Vietnamese (vi) | media::image |
| | k | a | Apple | Táo | a.png |
| | k | b | Banana | Chuối | |
| | k | c | Cherry | Anh đào | |
| | j | a | Ant | Kiến | |
| | j | b | Bee | Ong | |
| | j | c | Crab | Cua | |
| settings |
| | form_id | default_language |
| | everything | English (en) |
"""  # noqa: E501 - a table


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Form:
    path = tmp_path_factory.mktemp("forms") / "everything.md"
    path.write_text(EVERYTHING, encoding="utf-8")
    return open_form(path)


def begin(form: Form, language: str = "en") -> Session:
    return Session(form, clock=lambda: NOW, language=language, seed="s", properties={"username": "an"})


@pytest.mark.parametrize(
    ("name", "answer", "kept"),
    [
        ("stars", "3", 3),
        ("order", ["c", "a", "b"], ["c", "a", "b"]),
        ("moment", "2022-12-16T09:30:00+07:00", "2022-12-16T09:30:00.000+07:00"),
        ("place", "10.5 106.25", "10.5 106.25 0 0"),
        ("way", "10 106; 11 107 5 3;", "10 106 0 0; 11 107 5 3"),
        ("field", "10 106; 11 106; 11 107", "10 106 0 0; 11 106 0 0; 11 107 0 0; 10 106 0 0"),
        ("sound", "media-1", "media-1"),
        ("film", "media-2", "media-2"),
        ("paper", "media-3", "media-3"),
        ("code", "893123", "893123"),
        ("agreed", True, "OK"),
        ("pick", "b", "b"),
    ],
)
def test_what_is_taken_and_how_it_is_kept(form: Form, name: str, answer: object, kept: Json) -> None:
    session = begin(form)
    assert session.accepts(f"/data/{name}", answer) is None
    assert session.dump()[f"/data/{name}"].value != kept
    assert session.answer(f"/data/{name}", answer) is None
    assert session.dump()[f"/data/{name}"].value == kept


@pytest.mark.parametrize(
    ("name", "answer", "refusal"),
    [
        ("stars", 2, Refusal("range")),
        ("stars", 7, Refusal("range")),
        ("stars", None, Refusal("required")),
        ("order", ["a", "b"], Refusal("choice")),
        ("order", ["a", "b", "c", "d"], Refusal("choice")),
        ("order", "a", Refusal("type")),
        ("moment", "noon", Refusal("type")),
        ("place", "91 0", Refusal("type")),
        ("place", "10", Refusal("type")),
        ("place", "x y", Refusal("type")),
        ("place", "nan 5", Refusal("type")),
        ("way", "10 106", Refusal("type")),
        ("field", "10 106; 11 106", Refusal("type")),
        ("agreed", False, Refusal("type")),
        ("n", 100, Refusal("constraint")),
        ("began", "x", Refusal("irrelevant")),
        ("secret", "x", Refusal("irrelevant")),
        ("shown", 5, Refusal("irrelevant")),
    ],
)
def test_what_is_refused_changes_nothing(form: Form, name: str, answer: object, refusal: Refusal) -> None:
    session = begin(form)
    before = session.dump()
    assert session.accepts(f"/data/{name}", answer) == refusal
    assert session.answer(f"/data/{name}", answer) == refusal
    assert session.dump() == before


def test_metadata_and_hidden_values(form: Form) -> None:
    moment = NOW
    session = Session(form, clock=lambda: moment, seed="s", properties={"username": "an"})
    moment = NOW + timedelta(days=1)
    values = {path: node.value for path, node in session.dump().items() if node.kind is Kind.METADATA}
    assert values == {
        "/data/began": "2022-12-16T09:41:00.000+07:00",
        "/data/ended": "2022-12-17T09:41:00.000+07:00",
        "/data/day": "2022-12-16",
        "/data/who": "an",
    }
    assert session.dump()["/data/secret"].value == "5"


def test_a_change_pulls_its_triggers_once(form: Form) -> None:
    session = begin(form)
    session.answer("/data/n", 12)
    assert session.dump()["/data/stamp"].value == "n was 12"
    assert session.dump()["/data/note_on_n"].value == "many"
    session.answer("/data/note_on_n", "my own words")
    session.answer("/data/n", 12)
    assert session.dump()["/data/note_on_n"].value == "my own words"
    session.answer("/data/n", 3)
    assert session.dump()["/data/note_on_n"].value is None
    session.clear("/data/n")
    assert session.dump()["/data/stamp"].value == "n was "


def test_or_other_opens_its_text(form: Form) -> None:
    session = begin(form)
    assert not session.dump()["/data/pick_other"].relevant
    assert session.answer("/data/pick", "other") is None
    assert session.dump()["/data/pick_other"].relevant


def test_choices_in_random_order_stay_in_it(form: Form) -> None:
    first, again = (list(begin(form).dump()["/data/mixed"].choices) for _ in range(2))
    assert first == again
    assert sorted(first) == ["a", "b", "c"]
    assert first != ["a", "b", "c"]


def test_the_language_can_change_under_way(form: Form) -> None:
    session = begin(form)
    assert session.dump()["/data/pick"].label == "Pick"
    session.speak("vi")
    node = session.dump()["/data/pick"]
    assert (node.label, node.choices["a"]) == ("Chọn", "Táo")
    session.speak("lo")
    assert session.dump()["/data/pick"].label == "Pick"


def test_a_dump_says_all_of_a_row(form: Form) -> None:
    stars = begin(form).dump()["/data/stars"]
    assert (stars.required, stars.readonly, stars.valid, stars.relevant) == (True, False, True, True)
    shown = begin(form).dump()["/data/shown"]
    assert (shown.readonly, shown.kind) == (True, Kind.INTEGER)


def test_media_of_labels_and_choices(form: Form) -> None:
    stars, pick = form.by_name["stars"], form.by_name["pick"]
    assert form.text(stars.media["image"], "en").parts == ("jr://images/star.png",)
    assert form.text(pick.items[0].media["image"], "en").parts == ("jr://images/a.png",)


def test_a_report_opened_again_goes_on(form: Form) -> None:
    session = begin(form)
    session.answer("/data/n", 12)
    later: datetime = NOW + timedelta(days=3)
    again = Session(form, clock=lambda: later, language="en", seed="s", state=session.state)
    assert again.dump()["/data/n"].value == 12
    assert again.dump()["/data/day"].value == "2022-12-16"
