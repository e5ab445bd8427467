"""A form may show a picture, a sound or a film with a question: it goes out with it, in the person's language."""

from datetime import datetime
from pathlib import Path

from reporting.campaigns.packs import read_pack
from reporting.campaigns.saving import save_pack
from tests.support.world import ZONE, World

PACK = """
| campaign |
| | key | value |
| | name | Pictures |
| | prefix | P |
| | unit | TN |
| deadlines |
| | repeat | from | until | due | covers | closes | kinds |
| | daily | 2022-12-16 | 2022-12-30 | 10:00 | 24h | 48h | huyện |
| survey |
| | type | name | label::Tiếng Việt (vi) | label::English (en) | media::image::Tiếng Việt (vi) | media::image::English (en) | media::audio::Tiếng Việt (vi) |
| | integer | tents | Bao nhiêu lều như thế này? | How many tents like this? | leu.png | tent.png | |
| | integer | songs | Hát bài này mấy lần? | How often was this sung? | | | bai-hat.mp3 |
"""  # noqa: E501
UNITS = "code,name,short_name,kind,parent\nTN,Tỉnh đoàn,TN,tỉnh,\nTN-BC,Bến Cầu,BC,huyện,TN\n"


async def test_a_question_comes_with_its_picture(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "form.md").write_text(PACK, encoding="utf-8")
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    for name in ("leu.png", "tent.png", "bai-hat.mp3"):
        (folder / name).write_bytes(name.encode())
    async with World(tmp_path, datetime(2022, 12, 16, 8, 0, tzinfo=ZONE)) as world:
        async with world.unit_of_work() as uow:
            await save_pack(uow, read_pack(folder), media={file: f"kept/{file.name}" for file in folder.iterdir()})
        await world.tick()
        await world.invite("K7QM-2XPD", "TN-BC", "reporter")
        await world.says("Lan", "/start K7QM-2XPD")
        await world.presses("Lan", "Đúng, tham gia")
        ((_, shown),) = await world.presses("Lan", "📝 Báo cáo ngay")
        assert shown.reply.photo
        assert (shown.reply.photo.media_id, shown.reply.photo.name) == ("kept/leu.png", "leu.png")
        ((_, shown),) = await world.says("Lan", "3")
        assert shown.reply.photo is None
        assert shown.reply.document
        assert shown.reply.document.media_id == "kept/bai-hat.mp3"
        await world.presses("Lan", "⬅ Quay lại")
        await world.says("Lan", "/ngonngu")
        *_, (_, shown) = await world.presses("Lan", "English")
        assert shown.reply.photo
        assert shown.reply.photo.name == "tent.png"
