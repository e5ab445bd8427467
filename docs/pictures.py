"""Makes the pictures of the guide and of the README anew, from the running demonstration.

    python docs/pictures.py [name …]

The demonstration is started on a free port with a database of its own, at a fixed time that (nearly) stands still, so
the same code gives the same pictures. Needs Chromium, what `make install` installs, and for the printed cards pdftoppm
(of Poppler). With names, only those pictures are written.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from camera import FOLDER, MORNING, Album, Phone, bot, invite, load, on_paper, photo
from pictures_office import CARDS, organisation, workbooks
from playwright.sync_api import Browser, ViewportSize, sync_playwright

LIMIT_WIDE = 150_000
"""Bytes of the README's picture."""
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
SCREEN: ViewportSize = {"width": 390, "height": 760}
DESKTOP: ViewportSize = {"width": 1180, "height": 820}
HALF_HOUR_LEFT = "2026-11-20T09:30"
OVERDUE = "2026-11-20T10:05"
DIGEST = "2026-11-20T10:15"
IN_OCTOBER = "2021-10-15T16:29:40"
CODE, UNIT = "K7QM-2XPD", "25654"
REPORTS = {
    "TV-CL": "chăm lo 800 em thiếu nhi kinh phí 160 triệu, xây 25 căn nhà nhân ái kinh phí 1 tỷ, "
    "120 lượt đoàn viên tham gia",
    "TV-TC": "xây 20 căn nhà nhân ái kinh phí 800 triệu, 3 tuyến đường thanh niên, 90 lượt đoàn viên tham gia",
    "TV-TXDH": "chăm lo 500 em thiếu nhi kinh phí 100 triệu, 60 lượt đoàn viên tham gia",
}
"""What comes in of Trà Vinh, by unit."""
SILENT = ("TV-CK", "TV-CN", "TV-CT", "TV-DH")
"""Units of Trà Vinh that have joined and not reported."""


# --- what is shown ---------------------------------------------------------------------------------


def secretaries(browser: Browser, folder: Path, album: Album) -> None:
    """One morning: a report, nothing to report, the same as yesterday, a newcomer, a break, a late one."""
    with bot(folder, MORNING) as address:
        _report(browser, address, photo(folder / "photo.jpg"), album)
        _nothing(Phone(browser, address, "tan-chau", "⏰"), album)
        _same(Phone(browser, address, "go-dau", "⏰"), album)
    invite(folder, CODE, UNIT)
    with bot(folder, MORNING, "run") as address:
        _join(Phone(browser, address), album)
    with bot(folder, HALF_HOUR_LEFT) as address:
        _go_on(Phone(browser, address, "go-dau", "30 phút là"), album)
    with bot(folder, OVERDUE) as address:
        _late(Phone(browser, address, "go-dau", "quá hạn"), album)


def _report(browser: Browser, address: str, picture: Path, album: Album) -> None:
    album.add("man-hinh", Phone(browser, address, "phuoc-vinh", "⏰", SCREEN).screen())
    lan = Phone(browser, address, "phuoc-vinh", "⏰")
    lan.presses("📝 Báo cáo ngay")
    lan.ticks("Tặng quà", "Hỗ trợ thiếu nhi")
    album.add("chon-hoat-dong", lan.cut(-1))
    lan.presses("Xong")
    start = lan.here() - 1
    lan.says("khoảng 40")
    lan.says("12")
    lan.presses("12.000.000 đ")
    album.add("go-so", lan.cut(start))
    lan.says("25 em")
    lan.says("5tr")
    lan.says("sáu chục")
    start = lan.here() - 1
    lan.ticks("📷 Ảnh")
    lan.presses("Xong")
    lan.sends(picture)
    album.add("anh", lan.cut(start))
    lan.presses("Bỏ qua")
    album.add("phieu", lan.cut(-1))
    album.add("web-chat", Phone(browser, address, "phuoc-vinh", "xem lại giúp em", DESKTOP).screen(), LIMIT_WIDE)
    lan.presses("✅ Gửi báo cáo")
    album.add("da-nhan", lan.cut(-1))
    _correct(lan, album)


def _correct(lan: Phone, album: Album) -> None:
    start = lan.here()
    lan.says("/lichsu")
    lan.presses(re.compile(r"· 20.11$"))
    album.add("lich-su", lan.cut(start))
    lan.presses("✏️ Sửa báo cáo này")
    lan.presses("✏️ Thiếu nhi được hỗ trợ")
    lan.says("52")
    lan.presses("✅ Gửi báo cáo")
    album.add("da-sua", lan.cut(-1))


def _nothing(hoa: Phone, album: Album) -> None:
    start = hoa.here()
    hoa.says("/baocao")
    hoa.presses("Không phát sinh")
    album.add("khong-phat-sinh", hoa.cut(start))


def _same(minh: Phone, album: Album) -> None:
    start = minh.here()
    minh.says("/baocao")
    minh.presses("Giống hôm qua")
    album.add("giong-hom-qua", minh.cut(start))
    minh.presses("Huỷ")
    minh.presses("Bỏ hẳn")
    minh.says("/baocao")
    minh.presses("📝 Báo cáo ngay")
    minh.ticks("Tặng quà")
    minh.presses("Xong")
    minh.says("20")


def _join(stranger: Phone, album: Album) -> None:
    stranger.says("xin chào")
    stranger.says(CODE)
    stranger.presses("Đúng, tham gia")
    album.add("tham-gia", stranger.cut(0))


def _go_on(minh: Phone, album: Album) -> None:
    start = minh.here() - 1
    minh.says("/baocao")
    minh.presses("Tiếp tục từ câu 3?")
    album.add("lam-tiep", minh.cut(start))


def _late(minh: Phone, album: Album) -> None:
    start = minh.here() - 1
    minh.presses("Không phát sinh")
    minh.presses("Đúng, bỏ phần đó")
    album.add("tre-han", minh.cut(start))


def leaders(browser: Browser, folder: Path, album: Album) -> None:
    """A quarter past ten, after somebody has corrected yesterday's report."""
    with bot(folder, OVERDUE) as address:
        lan = Phone(browser, address, "phuoc-vinh", "Xong")
        lan.says("/lichsu")
        lan.presses(re.compile(r"· 19.11$"))
        lan.presses("✏️ Sửa báo cáo này")
        lan.presses("✏️ Đoàn viên tham gia")
        lan.says("45")
        lan.presses("✅ Gửi báo cáo")
    with bot(folder, DIGEST) as address:
        hung = Phone(browser, address, "thuong-vu", "Điều chỉnh")
        album.add("bieu-do", hung.last_photo())
        album.add("tong-hop", hung.cut(-1))


def targets(browser: Browser, folder: Path, album: Album) -> None:
    """An afternoon of Trà Vinh 2021: a digest with targets, its draft on paper, and who is reminded."""
    load(folder, "tra-vinh-2021")
    codes = dict(zip((*REPORTS, *SILENT, "TV"), CARDS, strict=True))
    for unit, code in codes.items():
        invite(folder, code, unit, "leader" if unit == "TV" else "reporter", IN_OCTOBER)
    with bot(folder, IN_OCTOBER, "run") as address:
        phones = {unit: _joined(Phone(browser, address), code) for unit, code in codes.items()}
        for unit, said in REPORTS.items():
            phones[unit].says(said)
            phones[unit].presses("✅ Gửi báo cáo")
        hung = phones["TV"]
        hung.says("/tonghop")
        hung.hears("Đoàn viên tham gia")
        album.add("chi-tieu", hung.cut(-1))
        hung.presses("Tải Word")
        (folder / "draft.docx").write_bytes(hung.last_file())
        start = hung.here()
        hung.presses("Đơn vị chưa nộp")
        hung.presses("Nhắc ngay")
        album.add("chua-nop", hung.cut(start))
    if shutil.which("soffice") and shutil.which("pdftoppm"):
        album.add("du-thao", on_paper(folder / "draft.docx", 76))
    else:
        print("du-thao: left as it is; it needs soffice and pdftoppm")


def _joined(stranger: Phone, code: str) -> Phone:
    stranger.says(code)
    stranger.presses("Đúng, tham gia")
    return stranger


def main(names: set[str]) -> None:
    album = Album(names)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, TemporaryDirectory() as name:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for story in (secretaries, leaders, targets, organisation, workbooks):
            folder = Path(name) / story.__name__
            folder.mkdir()
            story(browser, folder, album)
    album.weigh()


if __name__ == "__main__":
    main(set(sys.argv[1:]))
