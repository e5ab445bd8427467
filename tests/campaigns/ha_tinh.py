"""What people do in the story of Hà Tĩnh: five report; Hùng leads the province, Dũng the district Vũ Quang."""

from __future__ import annotations

from tests.campaigns.story import Story

REPORTERS = {
    "Lan": "HT-VQ-ANPHU",  # a commune of Vũ Quang
    "Hoa": "HT-VQ-VUQUANG",  # its town
    "Bình": "HT-VQ",  # its district
    "Minh": "HT-HL-NAMHONG",  # a ward of Hồng Lĩnh
    "Tú": "HT-CA",  # the police, directly attached
}
BEGIN, NOTHING_TO_ADD = "[📝 Báo cáo ngay]", "[Bỏ qua]"
NOT_MORE = "[Hết rồi, tiếp tục]"


async def everybody_joins(story: Story) -> None:
    await story.joins("Hùng", "HT", "leader")
    await story.joins("Dũng", "HT-VQ", "leader")
    for name, unit in REPORTERS.items():
        await story.joins(name, unit)


def model(name: str, field: str, place: str, since: str) -> tuple[str, ...]:
    return name, f"[{field}]", f"Chi đoàn {place}", place, since


async def registers(story: Story, name: str, *models: tuple[str, ...]) -> str:
    """Registers models one after the other. Returns the receipt."""
    await story.does(name, "/baocao", BEGIN)
    for number, answers in enumerate(models):
        await story.does(name, *(["[➕ Thêm nữa]"] if number else []), *answers)
    return await story.sends(name, NOT_MORE)


async def everybody_registers(story: Story) -> None:
    """By 28/4: Ân Phú 3 models (one added later), Vũ Quang's town 1, its district 1 (late), Nam Hồng 1, police none."""
    roads = model("Tuyến đường hoa thanh niên", "Văn hóa – xã hội", "Thôn 1", "3/2020")
    garden = model("Vườn rau sạch lập nghiệp", "Kinh tế", "Thôn 2", "1/2020")
    assert "đúng hạn" in await registers(story, "Lan", roads, garden)
    nights = model("Tổ tự quản đêm an toàn", "Quốc phòng – an ninh", "Khối 3", "4/2020")
    assert "đúng hạn" in await registers(story, "Minh", nights)
    await story.does("Tú", "/baocao", "[Không phát sinh]")

    # A day before, those who owe are reminded, and nobody else.
    assert set(await story.time_is("2020-04-25 17:00")) == {"Hoa", "Bình"}

    # The province sees at half past five who has registered, Vũ Quang's leader only the own branch.
    heard = await story.time_is("2020-04-26 17:30")
    assert "3/50 đơn vị" in heard["Hùng"]
    assert "1 không phát sinh" in heard["Hùng"]
    assert "Mô hình đăng ký · kỳ này 3 mô hình" in heard["Hùng"]
    assert "1/11 đơn vị" in heard["Dũng"]
    assert "Đức Bồng" in heard["Dũng"]
    assert "Bắc Hồng" not in heard["Dũng"]

    # "Before 27/4" is until midnight, and not after it.
    await story.time_is("2020-04-26 20:00")
    market = model("Phiên chợ thanh niên", "Kinh tế", "Tổ 2", "2/2020")
    assert "đúng hạn" in await registers(story, "Hoa", market)
    await story.time_is("2020-04-27 08:00")
    cadres = model("Cán bộ Đoàn về thôn", "Hệ thống chính trị", "Vũ Quang", "1/2020")
    assert "trễ hạn" in await registers(story, "Bình", cadres)

    # The district hears which of its own are missing, the province which of those right below it.
    heard = await story.time_is("2020-04-27 09:00")
    assert "Đức Bồng" in heard["Dũng"]
    assert "Ân Phú" not in heard["Dũng"]
    assert "Nghi Xuân" in heard["Hùng"]
    assert "Đức Bồng" not in heard["Hùng"]

    # Lan had forgotten one.
    await story.time_is("2020-04-28 09:00")
    await story.does("Lan", "/lichsu", "[HT-000001 · 26/4]", "[✏️ Sửa báo cáo này]", "[📋 Mô hình (2)]", "[➕ Thêm]")
    corrected = await story.sends("Lan", *model("Bến nước sạch", "Văn hóa – xã hội", "Thôn 3", "4/2020"))
    assert "bản 2" in corrected


async def everybody_reports(story: Story) -> None:
    """Results of 2020, from 1 to 5 November."""
    await story.time_is("2020-11-01 08:00")
    receipt = await story.sends(
        "Lan", "/baocao", BEGIN, "[1. Tuyên truyền]", "[2. Nông thôn mới, đô thị]", "[3. Vì cộng đồng]", "[Xong]",
        "12", "600", "[Bỏ qua]",
        "2", "40tr", "[Đường hoa]", "[Sân chơi]", "[Xong]", "1,5", "1",
        "1", "[Bỏ qua]", "[Bỏ qua]",
        "120", "60", "300", NOTHING_TO_ADD,
    )  # fmt: skip
    assert "đúng hạn" in receipt

    # Communes are due two days before their districts, here too until midnight: Hoa is in time, Minh is not.
    await story.time_is("2020-11-02 20:00")
    receipt = await story.sends(
        "Hoa", "/baocao", BEGIN, "[2. Nông thôn mới, đô thị]", "[3. Vì cộng đồng]", "[Xong]",
        "1", "[Bỏ qua]", "[Bỏ qua]", "0", "[Bỏ qua]", "[Bỏ qua]", "80", "100", "150", NOTHING_TO_ADD,
    )  # fmt: skip
    assert "đúng hạn" in receipt
    await story.time_is("2020-11-03 08:00")
    receipt = await story.sends(
        "Minh", "/baocao", BEGIN, "[2. Nông thôn mới, đô thị]", "[3. Vì cộng đồng]", "[Xong]",
        "0", "[Bỏ qua]", "2", "[Bỏ qua]", "[Bỏ qua]", "50", "50", "90", NOTHING_TO_ADD,
    )  # fmt: skip
    assert "trễ hạn" in receipt
    await story.time_is("2020-11-04 16:00")
    receipt = await story.sends(
        "Bình", "/baocao", BEGIN, "[6. Quốc tế]", "[Xong]", "1", "[Bỏ qua]", "30", "30", "40", NOTHING_TO_ADD
    )
    assert "đúng hạn" in receipt


async def the_police_report(story: Story) -> None:
    """The last hours before 05/11; Lan had counted those only who joined the Hội."""
    await story.time_is("2020-11-04 20:00")
    receipt = await story.sends(
        "Tú",
        "/baocao",
        BEGIN,
        "[1. Tuyên truyền]",
        "[Xong]",
        "3",
        "200",
        "[Bỏ qua]",
        "200",
        "250",
        "210",
        NOTHING_TO_ADD,
    )
    assert "đúng hạn" in receipt
    await story.time_is("2020-11-05 09:00")
    await story.does("Lan", "/lichsu", "[HT-000006 · 4/11]", "[✏️ Sửa báo cáo này]")
    assert "bản 2" in await story.sends("Lan", "[✏️ Thanh niên vào Đoàn, Hội (1…]", "120")
