"""Names of people and numbers that belong to persons: never read as figures, never given back. All are invented."""

import pytest

from forms.answers import unaccent
from forms.model import Form
from tests.forms.message.kit import read, said, shown

NAMED = [
    ("sửa 1 căn nhà tình nghĩa cho bà Tư khoảng 40tr", "tư"),
    ("hỗ trợ bà Tư 2 triệu đồng", "tư"),
    ("sửa nhà cho ông Nguyễn Văn Bảy hết 15 triệu", "nguyễn văn bảy"),
    ("tặng 2 suất quà cho chị Trần Thị Lụa, anh Võ Văn Kèo", "trần thị lụa võ văn kèo"),
    ("trao 3 triệu cho em Lê Ngọc Trâm học lớp 5", "lê ngọc trâm"),
    ("đ/c Huỳnh Thanh Sang báo: trồng 50 cây xanh", "huỳnh thanh sang"),
    ("thầy Khởi dạy 12 buổi võ", "khởi"),
    ("gia đình ông Sáu Đen được 3 triệu", "sáu đen"),
    ("nguyen van teo nhan 2 trieu", "nguyen van teo"),
    ("ho tro co Lai 500k", "lai"),
    ("xây 1 hồ nước cho bé Na", "na"),
    ("cho chú năm 3 bao gạo", "năm"),
    ("tặng quà 3 hộ: Bùi Thị Xuyến, Ngô Văn Lượm", "bùi thị xuyến ngô văn lượm"),
    ("vận động được 20 triệu từ Công ty Phúc Lộc Thọ", "phúc lộc thọ"),
    ("Kơ Pă Hlinh tặng 4 thùng mì", "hlinh"),
    ("hiến máu có bạn Quách Tĩnh 2 lần", "quách tĩnh"),
]


@pytest.mark.parametrize(("text", "names"), NAMED)
@pytest.mark.parametrize("typed", ["as it is", "bare", "shouted"])
def test_a_name_is_never_given_back(report: Form, text: str, names: str, typed: str) -> None:
    text = {"as it is": text, "bare": unaccent(text), "shouted": text.upper()}[typed]

    words = " ".join(unaccent(piece) for piece in shown(read(report, text))).split()

    assert not {unaccent(name) for name in names.split()} & set(words) - COMMON


# Unaccented these are also everyday words.
COMMON = {"van", "thi", "thanh"}


@pytest.mark.parametrize(
    "text",
    [
        "sửa nhà chú Ba, bà Tư, anh Năm",
        "cô Hai, dì Bảy và cậu Út",
        "sua nha chu Ba, ba Tu, anh Nam",
        "liên hệ 0912345678 hoặc +84 912 345 678",
        "CCCD 072099001234",
        "họp tại số nhà 12 đường 30/4, khu phố 2",
        "từ 16-30/12/2022, lúc 10h30",
        "kỷ niệm 78 năm, đợt 2 năm 2022",
        "Kế hoạch số 17-KH/BCĐ ngày 29/11/2022",
        "ấp 3, tổ 5, lớp 4, phường 1, quý 4, quốc lộ 22",
        "xe 70A-123.45 đi 3 ngày",
    ],
)
def test_numbers_that_count_nothing_are_passed_over(report: Form, text: str) -> None:
    filling = read(report, text)

    assert filling.answers == ()
    assert filling.unclear == ()
    assert filling.not_understood == ()


@pytest.mark.parametrize("number", ["0912345678", "0912 345 678", "0912.345.678", "+84912345678"])
def test_a_telephone_number_is_never_given_back(report: Form, number: str) -> None:
    filling = read(report, f"gọi {number}, tặng 5 suất quà, trồng 3 cây")

    assert said(filling) == {"gifts_given=5"}
    assert not any("912" in piece or "345" in piece for piece in shown(filling))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("tặng chị Hai 2 suất quà", "gifts_given=2"),
        ("tặng bà con 20 suất quà", "gifts_given=20"),
        ("hỗ trợ các em thiếu nhi, 12 em", "children_supported=12"),
        ("tặng ba em thiếu nhi", "children_supported=3"),
        ("tặng năm suất quà cho bà Năm", "gifts_given=5"),
    ],
)
def test_a_number_beside_a_name_is_still_read(report: Form, text: str, answer: str) -> None:
    assert said(read(report, text)) == {answer}
