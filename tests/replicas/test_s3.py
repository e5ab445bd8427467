"""Files in a bucket: two replicas keep and read over real HTTP, and each remembers what it read last."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.config import Settings, StartError
from bot.media.chosen import contents_of
from bot.media.contents import ContentsAwayError, place_of
from bot.media.s3 import S3Contents
from bot.media.store import MediaStore
from handlers.events import Attachment
from tests.days.town import at
from tests.replicas.bucket import ACCESS, SECRET, FakeS3
from tests.support.database import database_in
from tests.support.world import TurnedClock
from tests.telegram.people import picture

MB = 1024 * 1024
DATA = b"a picture of a field" * 1000
DIGEST = hashlib.sha256(DATA).hexdigest()


class NoMaker:
    async def make(self, reference: str) -> tuple[bytes, str]:
        raise LookupError(reference)


@pytest.fixture
async def s3() -> AsyncIterator[FakeS3]:
    async with FakeS3().open() as found:
        yield found


def _contents(s3: FakeS3, folder: Path, cache_bytes: int = 10 * MB, **changes: object) -> S3Contents:
    return S3Contents(s3.bucket(**changes), folder, cache_bytes)


async def test_what_one_replica_keeps_another_reads_and_asks_for_once(s3: FakeS3, tmp_path: Path) -> None:
    one, two = _contents(s3, tmp_path / "one"), _contents(s3, tmp_path / "two")
    await one.keep(DIGEST, DATA)
    assert s3.objects == {f"kept/{DIGEST[:2]}/{DIGEST}": DATA}
    assert (await one.path(DIGEST)).read_bytes() == (await two.path(DIGEST)).read_bytes() == DATA
    assert (await two.path(DIGEST)).is_file()
    assert [method for method, _ in s3.calls] == ["PUT", "GET"]


async def test_what_is_forgotten_is_gone_from_the_bucket_and_from_here(s3: FakeS3, tmp_path: Path) -> None:
    contents = _contents(s3, tmp_path)
    await contents.keep(DIGEST, DATA)
    await contents.forget(DIGEST)
    await contents.forget(DIGEST)
    assert s3.objects == {}
    assert not (await contents.path(DIGEST)).exists()


async def test_a_content_that_is_not_what_its_name_says_is_given_to_nobody(s3: FakeS3, tmp_path: Path) -> None:
    s3.objects[f"kept/{DIGEST[:2]}/{DIGEST}"] = b"something else"
    assert not (await _contents(s3, tmp_path).path(DIGEST)).exists()
    assert not list(tmp_path.rglob("*.part"))


async def test_a_store_that_is_away_is_tried_again_later(s3: FakeS3, tmp_path: Path) -> None:
    contents = _contents(s3, tmp_path, secret_key=SecretStr("wrong"))
    with pytest.raises(ContentsAwayError) as raised:
        await contents.keep(DIGEST, DATA)
    assert raised.value.after == 30
    with pytest.raises(ContentsAwayError):
        await contents.path(DIGEST)
    said = await contents.trouble()
    assert said and said.startswith("MEDIA_URL: nothing can be kept in s3://danvan-media/kept")
    assert SECRET not in said and "wrong" not in said
    assert await _contents(s3, tmp_path).trouble() is None


@pytest.mark.parametrize("change", [{"access_key": "AKIDSTRANGER"}, {"region": "us-east-1"}, {"name": "another"}])
async def test_the_emulator_refuses_what_is_not_signed_for_it(
    change: dict[str, object], s3: FakeS3, tmp_path: Path
) -> None:
    with pytest.raises(ContentsAwayError):
        await _contents(s3, tmp_path, **change).keep(DIGEST, DATA)
    assert s3.objects == {}


async def test_what_was_read_longest_ago_makes_room(s3: FakeS3, tmp_path: Path) -> None:
    contents = _contents(s3, tmp_path, cache_bytes=5000)
    digests = []
    for number in range(6):
        data = bytes([number]) * 1000
        digests.append(hashlib.sha256(data).hexdigest())
        await contents.keep(digests[-1], data)
        os.utime(place_of(tmp_path, digests[-1]), (number, number))
    here = [digest for digest in digests if place_of(tmp_path, digest).exists()]
    assert here == digests[-len(here) :] and 3 <= len(here) <= 5
    assert (await contents.path(digests[0])).read_bytes() == b"\0" * 1000


async def test_a_link_is_valid_on_any_replica(s3: FakeS3, tmp_path: Path) -> None:
    db, clock = database_in(tmp_path / "a.db"), TurnedClock(at("16/12 09:00"))
    stores = [
        MediaStore(db, _contents(s3, tmp_path / name), NoMaker(), clock, b"the key of both") for name in ("one", "two")
    ]
    media_id = await stores[0].keep_photo(content := picture(), "telegram:1")
    token = stores[0].link(media_id, "anh.jpg").split("/")[2]
    kept = await stores[1].resolve(Attachment(stores[1].linked(token), "anh.jpg"))
    assert kept.path.read_bytes() == content and kept.path.is_relative_to(tmp_path / "two")
    await db.close()


def _settings(**values: object) -> Settings:
    keys = {"s3_access_key": ACCESS, "s3_secret_key": SECRET, "media_url": "s3://danvan-media/kept"}
    return Settings(_env_file=None, **(keys | values))


def test_the_settings_choose(tmp_path: Path) -> None:
    assert isinstance(contents_of(_settings(media_dir=tmp_path)), S3Contents)
    assert not isinstance(contents_of(_settings(media_url=None, media_dir=tmp_path)), S3Contents)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"media_url": "https://danvan"}, "is not a bucket such as s3://danvan/media"),
        ({"s3_secret_key": None}, "S3_ACCESS_KEY and S3_SECRET_KEY are needed with MEDIA_URL"),
    ],
)
def test_a_setting_that_cannot_be_meant(values: dict[str, object], name: str) -> None:
    with pytest.raises(ValueError, match=name):
        _settings(**values)


def test_without_the_library_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(StartError, match=r"pip install 'danvan\[s3\]'"):
        contents_of(_settings(media_dir=tmp_path))
