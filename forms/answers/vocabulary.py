"""The words that answers are made of. Data only: what they mean together is said by the grammars.

The idea: one closed list of properly accented words. Typing without accents, Telex and VNI leftovers are all
recognised against this list and nothing else, so an unknown word stays unknown instead of becoming a number.
"""

from functools import cache
from itertools import chain

from forms.answers.reading import Mark
from forms.answers.spelling import TELEX, VNI, keystrokes, unaccent


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


DIGITS = {
    "không": 0, "một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5,
    "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
}  # fmt: skip
# Forms that a digit takes only behind a ten or a larger rank: hai mươi mốt, ba lăm, trăm tư.
LATE_DIGITS = {"mốt": 1, "tư": 4, "lăm": 5, "nhăm": 5}
ENGLISH_SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16,
    "seventeen": 17, "eighteen": 18, "nineteen": 19,
}  # fmt: skip
ENGLISH_TENS = {
    "twenty": 2, "thirty": 3, "forty": 4, "fifty": 5, "sixty": 6, "seventy": 7, "eighty": 8, "ninety": 9,
}  # fmt: skip

HALF_MORE = frozenset({"rưỡi", "rưởi"})
HALF = frozenset({"nửa", "half"})
ODD = frozenset({"linh", "lẻ"})
POINT = frozenset({"phẩy", "chấm", "point"})
_RANK_WORDS = (
    "mười mươi chục hăm băm tá trăm nghìn ngàn vạn triệu tỷ tỉ tr k m củ chai lít xị cành tỏi "
    "ngìn n ng ngh hundred thousand million billion dozen mil bn b"
)  # fmt: skip

Phrases = tuple[tuple[tuple[str, ...], Mark], ...]
# Longest first, so that "trên dưới" is not read as "trên" and then a word.
MARKS: Phrases = (
    (("trên", "dưới"), "about"), (("hơn", "kém"), "about"), (("gần", "đúng"), "about"), (("xấp", "xỉ"), "about"),
    (("nhiều", "hơn"), "over"), (("ít", "nhất"), "over"), (("tối", "thiểu"), "over"), (("không", "dưới"), "over"),
    (("more", "than"), "over"), (("at", "least"), "over"), (("ít", "hơn"), "under"), (("nhiều", "nhất"), "under"),
    (("tối", "đa"), "under"), (("không", "quá"), "under"), (("ko", "quá"), "under"), (("chưa", "đến"), "under"),
    (("chưa", "tới"), "under"), (("chưa", "đầy"), "under"), (("không", "đến"), "under"), (("không", "tới"), "under"),
    (("ngót", "nghét"), "under"), (("less", "than"), "under"), (("up", "to"), "under"),
    (("ước", "tính"), "about"), (("ước", "đạt"), "about"), (("ước", "chừng"), "about"),
    (("khoảng",), "about"), (("chừng",), "about"), (("tầm",), "about"), (("cỡ",), "about"), (("độ",), "about"),
    (("ước",), "about"), (("about",), "about"), (("around",), "about"), (("approximately",), "about"),
    (("approx",), "about"), (("hơn",), "over"), (("trên",), "over"), (("quá",), "over"), (("over",), "over"),
    (("gần",), "under"), (("dưới",), "under"), (("ngót",), "under"), (("non",), "under"), (("suýt",), "under"),
    (("nearly",), "under"), (("almost",), "under"), (("under",), "under"),
)  # fmt: skip
MARK_SIGNS: dict[str, Mark] = {"~": "about", "≈": "about", ">": "over", "≥": "over", "<": "under", "≤": "under"}
LATE_MARKS: Phrases = (
    (("trở", "lên"), "over"), (("có", "lẻ"), "over"), (("có", "dư"), "over"), (("hơn",), "over"), (("lẻ",), "over"),
    (("dư",), "over"), (("trở", "xuống"), "under"), (("đổ", "lại"), "under"),
)  # fmt: skip

VAGUE = _set("vài mấy dăm nhiều ít hàng vô some several many few kha khá")
NEGATIONS = _set("không ko chưa chẳng hông hổng hỏng hem đừng trừ not no")
# Said around a number without changing it.
OPENERS = _set(
    "dạ vâng thưa báo cáo có được là tổng cộng số lượng tất cả cả thảy gồm đạt hết chi kinh phí trị giá tiền "
    "kết quả hỗ trợ tặng trao làm xây sửa total yes"
)
CLOSERS = _set("ạ nha nhé nhá nghen thôi rồi đó luôn chẵn tròn")

RANGE = frozenset({"đến", "tới", "hoặc", "hay", "to", "or"})
FROM = frozenset({"từ", "from"})
SUM = frozenset({"và", "cộng", "and"})
OUT_OF = frozenset({"trên", "trong", "of"})
TIMES = frozenset({"x", "nhân"})
EACH = frozenset({"mỗi", "per"})

COUNTED = _set(
    "căn nhà em cháu bé trẻ suất phần quà người lượt buổi tuyến đường đợt lần cuộc lớp hộ gia đình mô hình tờ rơi "
    "tin bài nhóm công trình việc đội đoàn viên thanh niên thiếu nhi hội câu lạc bộ clb ý tưởng hoạt động tập thể "
    "cá nhân điểm chiếc cái con xe máy bạn vị bà đồng chí đc xã phường thôn ấp bản khu phố tổ chi cơ sở đơn "
    "gốc bình thùng ảnh tấm video clip sân chơi bể giếng cầu kênh mương trường hợp ca ngày giờ tháng năm đảng học sinh "
    "sinh nam nữ cây km m mét ha kg tấn tạ lít phiếu cuốn ngôi dân đvtn hs sv tnv ng "
    "people person persons children child kids houses house sessions gifts units times days hours trees "
    "items"
)
# Behind a unit they say which, and change no figure: "1 căn sửa", "12 hộ nghèo".
QUALIFIERS = _set("mới cũ nghèo khó khăn sửa xây chữa")
MEASURES = _set("km cây m mét ha kg tấn tạ lít")
CURRENCY = frozenset({"đồng", "đ", "vnd", "vnđ"})
FOREIGN = _set(
    "usd usdt eur euro euros gbp jpy cny krw thb dollar dollars đô đôla đôn tệ yên yen won baht kíp riel rúp"
)
PERCENT = frozenset({"percent", "pt", "pc"})
_CALENDAR = (
    "hôm nay qua kia kìa ngày mai mơi mốt bữa thứ tuần tháng sáng trưa chiều tối đêm khuya rằm tết mùng mồng "
    "trước sau này cách đây chủ nhật đầu cuối giữa nọ rạng phút kém thiếu giờ lúc nữa ngoái giêng chạp âm lịch "
    "lát tới weeks days today yesterday tomorrow last next this ago before after week month year đôi cặp bây "
    "bón biết nhớ rõ hợp phát sinh thống kê liệu phần trăm "
)


@cache
def words() -> frozenset[str]:
    """Every word that a grammar knows by name."""
    marks = chain.from_iterable(phrase for phrase, _ in MARKS + LATE_MARKS)
    tables = (DIGITS, LATE_DIGITS, ENGLISH_SMALL, ENGLISH_TENS, HALF_MORE, HALF, ODD, POINT, VAGUE, NEGATIONS)
    frames = (OPENERS, CLOSERS, RANGE, FROM, SUM, OUT_OF, TIMES, EACH, COUNTED, QUALIFIERS, CURRENCY, FOREIGN, PERCENT)
    return frozenset(chain(_RANK_WORDS.split(), _CALENDAR.split(), marks, *tables, *frames))


@cache
def by_plain() -> dict[str, tuple[str, ...]]:
    """Unaccented spelling -> the known words behind it, "nam" -> ("nam", "năm")."""
    index: dict[str, tuple[str, ...]] = {}
    for word in sorted(words()):
        index[unaccent(word)] = (*index.get(unaccent(word), ()), word)
    return index


@cache
def leftovers() -> dict[str, str]:
    """What an input method that was switched off leaves behind -> the word that was meant."""
    plain = by_plain()
    return {
        typed: word
        for word in sorted(words())
        for keyboard in (TELEX, VNI)
        for typed in keystrokes(word, keyboard)
        if typed not in plain
    }
