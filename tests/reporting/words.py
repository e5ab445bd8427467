"""Vietnamese words for these tests: their own, so that an office may change its catalogue."""

from __future__ import annotations

from gettext import GNUTranslations
from io import BytesIO
from zoneinfo import ZoneInfo

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from locales.translator import Translator

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")

VIETNAMESE: dict[str | tuple[str, str], str] = {
    "📊 <b>{heading}</b> (as of {time})": "📊 <b>{heading}</b> (chốt {time})",
    "demo data": "dữ liệu minh hoạ",
    "as of {time}": "chốt {time}",
    "On time": "Đúng hạn",
    "Late": "Trễ hạn",
    "of these with nothing to report": "trong đó không phát sinh",
    "Not reported": "Chưa báo cáo",
    "No figures yet": "Chưa có số liệu",
    "each period": "mỗi kỳ",
    "each day": "mỗi ngày",
    "running total": "cộng dồn",
    "altogether {amount}": "cả đợt {amount}",
    "Report": "Mã báo cáo",
    "Unit": "Đơn vị",
    "Period": "Kỳ",
    "Received at": "Nhận lúc",
    "In time": "Thời hạn",
    "State": "Tình trạng",
    "Revision": "Bản",
    "Last changed": "Sửa lần cuối",
    "Inexact numbers": "Số gần đúng",
    "yes": "có",
    "Reports": "Báo cáo",
    "Totals": "Tổng hợp",
    "Total": "Tổng cộng",
    "Who has reported": "Tình hình nộp",
    "Received": "Đã nộp",
    "Owed": "Phải nộp",
    "Received (periods that are due)": "Đã nộp (đã đến hạn)",
    "Owed (periods that are due)": "Phải nộp (đã đến hạn)",
    "Reporting rate (%)": "Tỷ lệ nộp (%)",
    "On-time rate (%)": "Tỷ lệ đúng hạn (%)",
    "Targets": "Chỉ tiêu",
    "Target": "Chỉ tiêu",
    "Reached": "Đã đạt",
    "Wanted": "Cần đạt",
    "Share (%)": "Tỷ lệ (%)",
    "With figures": "Có số liệu",
    "Nothing to report": "Không phát sinh",
    "Nothing to report, late": "Không phát sinh (trễ hạn)",
    "Exempt": "Miễn",
    "Not due yet": "Chưa đến hạn",
    "picture": "ảnh",
    "about": "khoảng",
    "over": "trên",
    "under": "dưới",
    "{n}bn": "{n} tỷ",
    "{n}m": "{n} tr",
    "{done} units have reported ({percent} %)": "{done} đơn vị đã báo cáo ({percent} %)",
    "{done} reports received ({percent} %)": "{done} lượt báo cáo ({percent} %)",
    "whole campaign": "cả đợt",
    "day {day}": "ngày {day}",
    "period until {day}": "kỳ đến {day}",
    "{time} on {day}": "{time} ngày {day}",
    "No unit has to report yet.": "Chưa có đơn vị nào phải báo cáo.",
    "<b>{done}</b> units have reported ({percent} %)": "<b>{done}</b> đơn vị đã báo cáo ({percent} %)",
    "<b>{done}</b> reports received ({percent} %)": "<b>{done}</b> lượt báo cáo ({percent} %)",
    "{n} on time": "{n} đúng hạn",
    "{n} with nothing to report": "{n} không phát sinh",
    "today {amount}": "hôm nay {amount}",
    "this period {amount}": "kỳ này {amount}",
    "{period}: {amount}": "{period}: {amount}",
    "altogether <b>{amount}</b>": "cả đợt <b>{amount}</b>",
    "about {amount}": "khoảng {amount}",
    (
        "… and {n} more figure in the file",
        "… and {n} more figures in the file",
    ): "… và {n} số liệu khác trong tệp Excel",
    "There are no figures yet.": "Chưa có số liệu nào.",
    "No figures yet: {names}.": "Chưa có số liệu: {names}.",
    "Zero so far: {names}.": "Đến nay bằng 0: {names}.",
    "Most ({label}): {units}.": "Nhiều nhất ({label}): {units}.",
    ("{n} report is missing.", "{n} reports are missing."): "Còn thiếu {n} báo cáo.",
    ("Not reported yet: {n} unit.", "Not reported yet: {n} units."): "Chưa báo cáo: {n} đơn vị.",
    "Not reported yet: {units}.": "Chưa báo cáo: {units}.",
    (
        "Not reported yet: {units} … and {n} more unit.",
        "Not reported yet: {units} … and {n} more units.",
    ): "Chưa báo cáo: {units} … và {n} đơn vị khác.",
    "Least ({label}): {units}.": "Ít nhất cả đợt ({label}): {units}.",
    "None yet ({label}): {units}.": "Chưa có ({label}): {units}.",
    ("… and {n} more figure", "… and {n} more figures"): "… và {n} số liệu khác",
    " ({n} units)": " ({n} đơn vị)",
    "{n} approved": "{n} đã duyệt",
    "week {amount}": "trong tuần {amount}",
    "month {amount}": "trong tháng {amount}",
    "week {n} ({first} – {last})": "tuần {n} ({first} – {last})",
    "month {n}/{year}": "tháng {n}/{year}",
    "{amount} a day to be in time": "cần {amount} mỗi ngày để kịp",
    "✅ reached": "✅ đã đạt",
    (
        "{n} unit has more time, until {time} {day}.",
        "{n} units have more time, until {time} {day}.",
    ): "{n} đơn vị được gia hạn đến {time} {day}.",
    "today": "hôm nay",
    "Adjustment: {who}: {changes}.": "Điều chỉnh: {who}: {changes}.",
    "{unit} corrected its report of {period}": "{unit} sửa báo cáo {period}",
    "{unit} reported late for {period}": "{unit} nộp trễ báo cáo {period}",
    ("{n} late report of {period}", "{n} late reports of {period}"): "{n} báo cáo {period} nộp trễ",
    ("{n} corrected report of {period}", "{n} corrected reports of {period}"): "{n} báo cáo {period} đã sửa",
    ("… and {n} more adjustment", "… and {n} more adjustments"): "… và {n} điều chỉnh khác",
}


def vietnamese() -> Translator:
    catalogue = Catalog(locale="vi")
    for message, text in VIETNAMESE.items():
        catalogue.add(message, text if isinstance(message, str) else (text,))
    return _translator("vi", catalogue)


def english() -> Translator:
    """Without a catalogue: every message as it stands in the code."""
    return _translator("en", Catalog(locale="en"))


def _translator(language: str, catalogue: Catalog) -> Translator:
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translator(language, GNUTranslations(compiled), ZONE)
