"""The words of reports that no form lists: data only, in proper spelling. What they do is said where they are used.

Vietnamese throughout: the people who report in one message write it, whatever language the bot speaks to them.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

Phrase: TypeAlias = tuple[str, ...]


def phrases(listed: str) -> tuple[Phrase, ...]:
    """ "đợt; mái ấm" → (("đợt",), ("mái", "ấm"))."""
    return tuple(tuple(phrase.split()) for phrase in listed.split(";"))


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Nouns that count the same sort of thing. Two questions of one family may be mistaken for each other.
FAMILIES: Mapping[str, tuple[Phrase, ...]] = MappingProxyType(
    {
        "person": phrases(
            "người; lượt; lượt người; người dân; bà con; dân; khẩu; nhân khẩu; đại biểu; cán bộ; đ c; đc"
        ),
        "child": phrases("em; cháu; bé; trẻ; trẻ em; thiếu nhi; thiếu niên; học sinh; hs; đội viên; em nhỏ; cháu nhỏ"),
        "youth": phrases(
            "đoàn viên; đv; đvtn; tn; thanh niên; hội viên; tnv; tình nguyện viên; bạn; sinh viên; đồng chí"
        ),
        "event": phrases("buổi; đợt; cuộc; lần; chuyến; chương trình; hội nghị; lớp; hoạt động; chiến dịch; diễn đàn"),
        "household": phrases("hộ; hộ dân; hộ gia đình; gia đình; hộ nghèo; hộ cận nghèo"),
        "packet": phrases("suất; phần; gói; túi; giỏ"),
        "house": phrases("căn; nhà; ngôi; căn nhà; ngôi nhà; mái ấm"),
        "length": phrases("km; m; mét; cây số; kilomet; ki lô mét"),
        "road": phrases("tuyến; con đường; đường; tuyến đường"),
        "group": phrases("nhóm; đội; tổ; câu lạc bộ; clb; đội hình"),
        "place": phrases("điểm; nơi; địa điểm; chỗ"),
    }
)
# A question about people in general may count children, never the other way round.
BROADER: Mapping[str, str] = MappingProxyType({"child": "person", "youth": "person"})
# Their nouns say too little: "2 buổi" of what? Something else in the message must tell.
GENERIC = frozenset({"person", "event", "house", "length", "road", "place", "group"})
METRES = frozenset({"m", "mét"})

# Behind a number only: what is said in the South, or mistyped so, for a word that counts.
SOUNDS_LIKE: Mapping[str, str] = MappingProxyType(
    {"xuất": "suất", "xuat": "suất", "căng": "căn", "cang": "căn", "lược": "lượt", "luoc": "lượt", "xuấc": "suất"}
)

# How people are counted who came to something.
AUDIENCE = phrases("nghe; dự; tham dự; xem; tham gia; theo dõi; hưởng ứng; đến dự")
SHORT_FORMS: Mapping[Phrase, Phrase] = MappingProxyType(
    {
        ("đv",): ("đoàn", "viên"), ("đvtn",): ("đoàn", "viên"), ("hs",): ("học", "sinh"),
        ("tnv",): ("tình", "nguyện", "viên"), ("tn",): ("thanh", "niên"),
    }
)  # fmt: skip

# Words of no weight: they neither name a question nor hint at an activity that the form does not have.
PLAIN = _words(
    "ạ à ấy trở xuống bà bằng bị bên bởi bữa các cả chỉ cho con có còn cùng cũng của do dạ dịp đã đang để đến đều đi đó đơn "
    "vị được dự gì gồm giờ hay hết hôm ai nào kia là lại lên lúc mà mình mới mọi nay này năm ngay ngày ngoài nhân "
    "nhé nha như những nói nữa ở qua ra rất riêng rồi sau sáng chiều trưa tối sẽ số lượng tại tầm tất theo thêm thì "
    "thôi toàn tổng cộng trên trong trước từ tụi vào và về việc với vừa xã huyện phường ấp khu phố thôn bản tổ làng "
    "đoàn chi hội cơ sở trường tiểu học thcs thpt mầm non uỷ ủy ban ubnd trụ nhà văn hóa hoá trạm y tế địa bàn "
    "phương em anh chị cô chú bác ông thưa vâng xin báo cáo kết quả gửi kính chào cảm ơn chức thực hiện triển khai "
    "tiến hành hoàn thành giao khánh đạt làm giúp đỡ hỗ trợ tặng trao phát viết cấp đưa thăm hỏi viếng quân phối "
    "hợp huy động thu hút tham nghe xem gia góp lập đình chính sách hộ nghèo cận khó khăn cảnh mồ côi khuyết tật "
    "hiếu vượt neo già cao yếu đặc biệt thiếu nhi sinh giỏi nhỏ tuổi dân tộc thiểu tôn giáo đồng bào người khmer "
    "tết quà ý nghĩa thiết xong mẹ việt nam hùng thương binh liệt sĩ sỹ nhu phẩm miễn phí thuốc nâng tu bổ dặm vá "
    "tráng nhựa rải đá san lấp duy mở rộng bê tông nông mặt trận công an lhtn mttq chí cán bộ chiến viên thanh niên "
    "khoảng hơn gần mỗi từng một chừng cỡ độ ước dài tỷ trị giá tiền kinh vnđ vnd km hs đv tn đvtn lượt nữ trẻ cháu "
    "bé ngoại trừ tp thị trấn đội hình khối"
)

# Things that offices do and that are easily taken for something in the form ("trao học bổng cho 10 em").
ACTIVITIES = phrases(
    "trồng cây; trồng hoa; trồng; hiến máu; học bổng; dọn vệ sinh; vệ sinh; dọn dẹp; quét dọn; thu gom; rác; tập "
    "huấn; sinh hoạt; dạy; bơi; giao lưu; văn nghệ; thể thao; bóng đá; bóng chuyền; xe đạp; sổ tiết kiệm; vay vốn; "
    "việc làm; hội thảo; tọa đàm; toạ đàm; khởi nghiệp; kết nạp; thắp nến; thắp hương; cây cầu; cơm; cháo; bếp; "
    "hàng rào; sân chơi; tập vở; sách vở; quần áo; bò giống; bảo hiểm; thẻ bảo hiểm; xe lăn; máy tính; đèn; camera; "
    "cột cờ; lao động; phẫu thuật; tiêm; xét nghiệm; tuần tra; căn cước; giếng; bể bơi; đường hoa; đường cờ; học "
    "phí; ra lớp; nhận được; đã nhận; tiếp nhận; nhận đỡ đầu; đỡ đầu; được nhận; vận động; kêu gọi; quyên góp; "
    "ủng hộ; livestream; share; like; chia sẻ; tương tác; tiếp cận; lượt xem; ngày hội; hội trại; hội thi"
)

# Before a person's name. Behind the second list it must have a capital: "các em bơi" names nobody.
TITLES = phrases(
    "ông; bà; anh; chị; cô; chú; bác; dì; cậu; mợ; thím; cụ; thầy; má; mẹ; đồng chí; đc; đ c; hộ ông; hộ bà; hộ "
    "anh; hộ chị; gia đình ông; gia đình bà; gia đình anh; gia đình chị"
)
YOUNG_TITLES = phrases("em; cháu; bé; bạn; con; hộ; gia đình")
SURNAMES = _words(
    "nguyễn trần lê phạm huỳnh hoàng phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh trịnh mai tô lâm cao châu thạch "
    "kim sơn"
)
# The surnames that are no other word when typed without accents.
BARE_SURNAMES = _words("nguyen tran pham huynh phan vo dang bui ngo duong trinh dinh")

# A number behind these is a name or a rank of something, never a count, whatever follows it.
ORDINALS = phrases(
    "ngày; tháng; năm; quý; thứ; số; số nhà; nhà số; khóa; khoá; lớp; ấp; tổ; thôn; khu phố; kp; khu; phường; quận; "
    "hẻm; ngõ; quốc lộ; ql; tỉnh lộ; đt; tl; mùng; mồng; câu; mục; điều; khoản; nghị quyết; kế hoạch; kh; chi đoàn; "
    "trạm; cấp; hạng; giải; lần thứ; kỳ; chương; vòng; covid; thứ tự"
)
CALENDAR_UNITS = phrases("ngày; tháng; năm; tuần; giờ; h; g; phút; p; tuổi; tiếng; quý; hôm; thập kỷ; giây; mùa; đêm")

# Marks of work that is not done.
NOT_YET = phrases(
    "khởi công; động thổ; dự kiến; dự tính; dự định; kế hoạch; sẽ; sắp; sắp tới; chuẩn bị; mai; ngày mai; sáng mai; "
    "chiều mai; tối mai; mốt; tuần sau; tháng sau; tuần tới; tháng tới; tới đây; thời gian tới; phấn đấu; chỉ tiêu; "
    "mục tiêu; đăng ký; đề nghị; đề xuất; kiến nghị; xin; cần; mong; muốn; nếu; đang; còn thiếu; thiếu; khảo sát; "
    "vận động được; hứa; hẹn; xin cấp; hoãn; hụt; chưa kể; không kể; ngoại trừ"
)
# Marks of what was reported before, or is summed up since.
SUMMED = phrases(
    "lũy kế; luỹ kế; cộng dồn; từ đầu; đến nay; tính đến; năm ngoái; năm trước; tháng trước; tuần trước; hôm trước; "
    "hôm kia; hôm bữa; đợt trước; đợt 1; trước đây; trước đó; báo cáo trước; kỳ trước"
)
# These end what such a mark covers; "đã" ends a plan, and no sum.
TODAY = phrases("hôm nay; sáng nay; chiều nay; trưa nay; tối nay; bữa nay; bữa ni; hôm qua; đợt này; kỳ này; riêng")
DONE = (*TODAY, *phrases("đã; vừa"))
ONLY_POLITE = phrases(
    "xin báo cáo; xin gửi; xin phép; xin lỗi; xin chào; xin cảm ơn; em xin; xin thưa; kế hoạch số; chia sẻ; "
    # A plan that people were told of is done.
    "phổ biến kế hoạch; quán triệt kế hoạch; thông qua kế hoạch; triển khai kế hoạch"
)
NEGATIONS = phrases("không; ko; kg; khg; hổng; hông; hong; hok; hem; chẳng; chả; chưa; đừng; k; kh; không có; chưa có")
NONE_AT_ALL = phrases("nào; gì; hết; nào cả; nào hết; nào luôn")
EACH = phrases("mỗi; từng; trung bình; bình quân; mỗi một; định mức; đơn giá")
DETAILS = phrases("trong đó; gồm; bao gồm; cụ thể; gồm có; trong số đó; trong số này")
CORRECTIONS = phrases(
    "à không; à nhầm; à lộn; á lộn; í lộn; ý lộn; nhầm; lộn; à quên; đính chính; cải chính; sửa lại là; chính xác "
    "là; đúng là; đúng ra là; phải là; mà là; nói lại; xin sửa lại; em sửa lại; à ko; a khong; sorry; ghi nhầm; "
    "viết nhầm; sửa thành"
)
NOT_THIS = phrases(
    "không phải; ko phải; không phải là; chứ không phải; chứ không; hông phải; chứ hông phải; chứ ko phải"
)

# Clauses begin with these.
CONJUNCTIONS = phrases("nhưng; nên; đồng thời; ngoài ra; sau đó; bên cạnh đó; kết hợp; song song; còn lại")

# What says that a number is money, and how sure it is that the whole is meant.
VALUE_CUES = phrases(
    "trị giá; giá trị; kinh phí; số tiền; tiền; tổng tiền; chi phí; thành tiền; tương đương; tổng giá trị; tổng trị giá; "
    "tổng kinh phí; tổng số tiền; tổng cộng; tổng chi phí; hết; tốn; tổng; kp"
)
# Of these, the ones that are said of nothing but money.
MONEY_CUES = phrases(
    "trị giá; giá trị; kinh phí; số tiền; tổng tiền; chi phí; thành tiền; tổng giá trị; tổng trị giá; tổng kinh "
    "phí; tổng số tiền; tổng chi phí"
)
TOTAL_CUES = phrases(
    "tổng; tổng cộng; tổng tiền; tổng giá trị; tổng trị giá; tổng kinh phí; tổng số tiền; tổng chi phí; tất cả; "
    "thành tiền"
)
# Between a thing and an amount these tell that the money was given for something else.
GIVING = _words("hỗ trợ tặng trao huy động phát cấp góp giúp đỡ thu vận ủng quyên đóng thăm viếng")
NOT_CURRENCY = _words("chí đội bào ruộng phục hồ hương loạt thời diễn nai tháp")

# Cut out of a form's labels: they ask, and name nothing.
ASKING = _words(
    "bao nhiêu mấy tổ chức làm được có tất cả tổng các những nào gì số lượng đã là của cho đơn vị đồng chí trong kỳ "
    "how many much were was are is the a an at of to in on out did what which who them it altogether all for and by "
    "trị giá bằng từ và hay hoặc với ở tại về ra"
)
HOW_MANY = phrases("bao nhiêu; mấy; how many; number of; số lượng; số; tổng số")
