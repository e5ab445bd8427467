"""A picture is known again after scaling and compression; another one is not taken for it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from PIL import Image

from bot.media.looks import looks_of
from bot.media.store import MediaStore
from reporting.doubts.oddity_rules import ALIKE, alike
from tests.support.world import SECRET, World
from tests.telegram import samples


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Light and shade as in a photograph: soft, and in other places for each seed."""
    random = Random(seed)
    spots = Image.new("RGB", (6, 5))
    spots.putdata([tuple(random.randrange(256) for _ in range(3)) for _ in range(30)])
    return spots.resize(size, Image.Resampling.BICUBIC)


def as_bytes(image: Image.Image, kind: str = "JPEG", **how: int) -> bytes:
    content = BytesIO()
    image.save(content, kind, **how)
    return content.getvalue()


def distance(one: str | None, other: str | None) -> int:
    assert one is not None
    assert other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


@pytest.mark.parametrize("quality", [30, 60, 95])
@pytest.mark.parametrize("size", [(1600, 1200), (320, 240), (90, 67)])
def test_scaled_and_compressed_it_looks_the_same(size: tuple[int, int], quality: int) -> None:
    first = looks_of(as_bytes(scene(1), "PNG"))
    again = looks_of(as_bytes(scene(1).resize(size), "JPEG", quality=quality))
    assert distance(first, again) <= ALIKE
    assert alike(first, again)


def test_another_picture_looks_other() -> None:
    looks = [looks_of(as_bytes(scene(seed))) for seed in range(4)]
    far = [distance(one, other) for n, one in enumerate(looks) for other in looks[n + 1 :]]
    assert min(far) > 2 * ALIKE
    assert not alike(looks[0], looks[1])


def test_turned_by_the_camera_is_turned_back() -> None:
    upright = scene(2)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned by 90 degrees to the right
    turned = BytesIO()
    upright.rotate(90, expand=True).save(turned, "JPEG", exif=exif)
    assert distance(looks_of(as_bytes(upright)), looks_of(turned.getvalue())) <= ALIKE


@pytest.mark.parametrize("colour", ["white", "black", (120, 130, 140)])
def test_one_colour_looks_like_nothing(colour: str) -> None:
    assert looks_of(as_bytes(Image.new("RGB", (300, 200), colour))) is None
    assert not alike(None, None)


def test_what_breaks_off_or_is_no_picture_has_no_looks() -> None:
    whole = as_bytes(scene(1), "PNG")
    assert looks_of(whole[: len(whole) // 2]) is None
    assert looks_of(b"\x89PNG\r\n\x1a\nnothing") is None
    assert looks_of(b"") is None


@pytest.mark.parametrize("mode", ["1", "P", "L", "LA", "RGBA", "I;16"])
def test_every_kind_of_pixels_can_be_looked_at(mode: str) -> None:
    grey = Image.linear_gradient("L").rotate(90)
    image = grey.convert("I").convert("I;16") if mode == "I;16" else grey.convert(mode)
    assert looks_of(as_bytes(image, "PNG")) is not None


async def test_looks_are_kept_with_an_upload_of_any_way(world: World, tmp_path: Path) -> None:
    class NoMaker:
        async def make(self, reference: str) -> tuple[bytes, str]:
            raise LookupError(reference)

    media = MediaStore(world.db, tmp_path / "media", NoMaker(), world.clock, SECRET)
    data = as_bytes(scene(3))
    photo = await media.keep_photo(data, "telegram:7")
    file = (await media.keep_file(as_bytes(scene(3), "PNG"), "nhà.png", "web:lan")).media_id
    sound = (await media.keep_file(samples.ogg(), "ghi-am.ogg", "web:lan")).media_id
    flat = await media.keep_photo(as_bytes(Image.new("RGB", (30, 30), "red")), "web:lan")
    kept = dict(await world.query("select id, looks from media"))
    assert kept[photo] == looks_of(data)
    assert alike(kept[photo], kept[file])
    assert kept[sound] is None
    assert kept[flat] is None
