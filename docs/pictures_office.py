"""The pictures of the office's work: odd numbers, lines asked back, units and members, cards of invites, workbooks."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from camera import MORNING, Album, Phone, bot, printed
from openpyxl import load_workbook
from playwright.sync_api import Browser

from bot.config import CAMPAIGNS
from bot.demo import ROOT
from bot.inviting import Made
from bot.printing import invites_pdf
from locales.translator import Translators
from reporting.organisation.units import communes

CARDS = (
    "K7QM-2XPD", "M3NH-4GDA", "W4RM-CDE7", "2FFC-ER23", "AAZM-KCN7", "RSPZ-SJYR", "AXVT-JHK7", "HEAD-ER23",
)  # fmt: skip
"""Of the invites on paper; they open nothing."""


def organisation(browser: Browser, folder: Path, album: Album) -> None:
    """An odd number, a line asked back and answered, the units and members of the office, and cards to cut."""
    with bot(folder, MORNING) as address:
        lan = Phone(browser, address, "phuoc-vinh", "⏰")
        _odd(lan, album)
        _asked_back(lan, Phone(browser, address, "thuong-vu", "Xong"), album)
        mai = Phone(browser, address, "van-phong", "Xong")
        _units(mai, album)
        _members(mai, album)
    if shutil.which("pdftoppm"):
        album.add("phieu-ma", cards(folder))
    else:
        print("phieu-ma: left as it is; it needs pdftoppm, of Poppler")


def _odd(lan: Phone, album: Album) -> None:
    lan.says("hỗ trợ 1200 em thiếu nhi, sửa 2 căn nhà tình thương trị giá 800tr, 40 lượt đoàn viên tham gia")
    lan.says("0")
    start = lan.here()
    lan.presses("✅ Gửi báo cáo")
    album.add("dung-vay-chu", lan.cut(start))
    lan.presses("✏️ Giá trị nhà")
    lan.says("80tr")
    lan.presses("✅ Gửi báo cáo")


def _asked_back(lan: Phone, hung: Phone, album: Album) -> None:
    hung.says("/tonghop")
    hung.presses("📂 Theo đơn vị")
    hung.turns_to("✅ Phước Vinh")
    hung.presses("✅ Phước Vinh")
    start = hung.here()
    hung.presses("🔁 Hỏi lại một mục")
    hung.presses("Thiếu nhi được hỗ trợ: 1.200 em")
    hung.says("Có nhầm 120 không?")
    album.add("hoi-lai", hung.cut(start))
    lan.hears("Có nhầm 120 không?")
    start = lan.here() - 1
    lan.presses("120 em")
    album.add("tra-loi", lan.cut(start))


def _units(mai: Phone, album: Album) -> None:
    start = mai.here()
    mai.says("/donvi")
    mai.says("phuoc vinh")
    mai.presses("Đoàn xã Phước Vinh")
    album.add("don-vi", mai.cut(start))


def _members(mai: Phone, album: Album) -> None:
    mai.says("/thanhvien")
    start = mai.here()
    mai.says("phuoc vinh")
    mai.presses(re.compile("^Nguyễn Thị Lan"))
    album.add("thanh-vien", mai.cut(start))


def workbooks(browser: Browser, folder: Path, album: Album) -> None:
    """The office's template, and what the bot finds in one that is sent to it."""
    with bot(folder, MORNING) as address:
        mai = Phone(browser, address, "van-phong", "Xong")
        mai.says("/chiendich")
        start = mai.here()
        mai.sends(_workbook(folder / "he-tinh-nguyen-2027.xlsx", spoilt=True))
        mai.hears("chỗ cần sửa")
        album.add("doc-tep-loi", mai.cut(start))
        start = mai.here()
        mai.sends(_workbook(folder / "he-tinh-nguyen-2027.xlsx", spoilt=False))
        mai.hears("Em nạp nhé")
        album.add("doc-tep", mai.cut(start))
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        guide, survey = (printed(folder, sheet) for sheet in ("Hướng dẫn", "survey"))
        album.add("mau-huong-dan", guide)
        album.add("mau-cau-hoi", survey)
    else:
        print("mau-…: left as they are; they need soffice and pdftoppm")


def _workbook(path: Path, *, spoilt: bool) -> Path:
    """The template for the demonstration's province, whose units are known."""
    book = load_workbook(CAMPAIGNS / "mau.xlsx")
    book["campaign"]["B5"] = ROOT.code
    book["units"].delete_rows(2, book["units"].max_row)
    if spoilt:
        book["survey"]["B3"], book["deadlines"]["F2"], book["reminders"]["B3"] = "làm nhà", "chiều", "hai giờ"
    book.save(path)
    return path


def cards(folder: Path) -> bytes:
    """A page of cards as `bot invite --level --print` writes it, with codes that open nothing."""
    expires = datetime.fromisoformat(MORNING).astimezone(UTC) + timedelta(days=14)
    units = [unit for unit in communes(CAMPAIGNS / "vn_units_2025.csv", "Tây Ninh", ROOT) if unit.parent]
    made = [
        Made(code, unit.name, f"https://t.me/danvan_thu_bot?start={code}", f"https://bot.example.vn/?code={code}",
             ROOT.name, "reporter", 1, expires)
        for code, unit in zip(CARDS, units, strict=False)
    ]  # fmt: skip
    (folder / "cards.pdf").write_bytes(invites_pdf(made, Translators(ZoneInfo("Asia/Ho_Chi_Minh"))["vi"]))
    page = ("-png", "-singlefile", "-r", "84", str(folder / "cards.pdf"), str(folder / "cards"))
    subprocess.run(["pdftoppm", *page], check=True)  # noqa: S603, S607  (our own file)
    return (folder / "cards.png").read_bytes()
