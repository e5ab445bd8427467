"""The files Telegram keeps: identifiers, paths, sizes of a photo and the limits on each."""

import base64
import hashlib
import io
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from PIL import Image, UnidentifiedImageError

from tests.telegram.emulator.errors import Json, bad_request

MEGABYTE: Final = 1 << 20
LARGEST_DOWNLOAD: Final = 20 * MEGABYTE
LARGEST_PHOTO: Final = 10 * MEGABYTE
_PREVIEW_SIDES = (90, 320)

Recording: TypeAlias = Literal["audio", "voice", "video", "video_note", "animation"]
"""What a phone plays."""

_FILM: Final[Json] = {"width": 640, "height": 360, "duration": 3}
_MEASURES: Final[dict[str, Json]] = {
    "document": {},
    "audio": {"duration": 3},
    "voice": {"duration": 3},
    "video": _FILM,
    "video_note": {"length": 240, "duration": 3},
    "animation": _FILM,
}
_NAMED = ("file_name", "mime_type")
_TOLD: Final[dict[str, tuple[str, ...]]] = {
    "photo": (), "document": _NAMED, "audio": _NAMED, "voice": ("mime_type",), "video": _NAMED, "video_note": (),
    "animation": _NAMED,
}  # fmt: skip
_LETTERS: Final = {
    "photo": "AgACAg", "document": "BQACAg", "audio": "CQACAg", "voice": "AwACAg", "video": "BAACAg",
    "video_note": "DQACAg", "animation": "CgACAg",
}  # fmt: skip
_FOLDERS: Final = {"document": "documents", "audio": "music", "voice": "voice", "video": "videos",
                   "video_note": "video_notes", "animation": "animations"}  # fmt: skip
_SUFFIXES: Final = {"voice": "oga", "video_note": "mp4"}


@dataclass(frozen=True)
class StoredFile:
    """One file as the bot knows it; `kind` is ``photo``, or the field of a Message that it stands in.

    `measures` is what Telegram found in it: width, height, duration or length, as far as its kind has them.
    """

    file_id: str
    kind: str
    content: bytes
    path: str
    name: str = ""
    mime: str = ""
    measures: Json = field(default_factory=dict)

    def json(self) -> Json:
        """A PhotoSize, Document, Audio, Voice, Video, VideoNote or Animation."""
        common: Json = {
            "file_id": self.file_id,
            "file_unique_id": hashlib.sha256(self.content).hexdigest()[:16],
            "file_size": len(self.content),
        }
        optional = {"file_name": self.name, "mime_type": self.mime}
        told = {name: value for name, value in optional.items() if value and name in _TOLD[self.kind]}
        return common | self.measures | told

    def file_json(self) -> Json:
        """A File, the answer to getFile."""
        whole = self.json()
        return {name: whole[name] for name in ("file_id", "file_unique_id", "file_size")} | {"file_path": self.path}


@dataclass
class FileStore:
    """All files, by identifier and by the path that getFile gives out."""

    _by_id: dict[str, StoredFile] = field(default_factory=dict)
    _by_path: dict[str, StoredFile] = field(default_factory=dict)

    def add_document(self, content: bytes, name: str, mime: str) -> StoredFile:
        """Keep a document; 400 if it is empty."""
        return self._add_file("document", content, name, mime or "application/octet-stream")

    def add_recording(self, kind: Recording, content: bytes, name: str, mime: str) -> StoredFile:
        """Keep what a phone recorded or took for a sound or a film; 400 if it is empty."""
        return self._add_file(kind, content, name, mime)

    def add_photo(self, content: bytes) -> tuple[StoredFile, ...]:
        """Keep a picture; its sizes, the smallest first, the last one being the whole picture.

        Telegram writes every photo anew as a JPEG; here the last size keeps the bytes that came, so that a
        test can compare them. 400 for what Telegram refuses: too heavy, no picture, too large, too narrow.
        """
        if not content:
            raise bad_request("file must be non-empty")
        if len(content) > LARGEST_PHOTO:
            limit = f"is too big for a photo; the maximum size is {LARGEST_PHOTO} bytes"
            raise bad_request(f"file of size {len(content)} bytes {limit}")
        try:
            with Image.open(io.BytesIO(content)) as image:
                image.load()
                return tuple(self._sizes(image, content))
        except (UnidentifiedImageError, OSError) as error:
            raise bad_request("IMAGE_PROCESS_FAILED") from error

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file of an identifier, or None."""
        return self._by_id.get(file_id)

    def forget(self) -> None:
        """No identifier given out so far is worth anything from now on, as those of another bot are not. What was sent
        stays where it stands."""
        self._by_id = {f"forgotten {file_id}": file for file_id, file in self._by_id.items()}

    def by_path(self, path: str) -> StoredFile | None:
        """The file of a download path, or None."""
        return self._by_path.get(path)

    def photo_of(self, size: StoredFile) -> tuple[StoredFile, ...]:
        """The sizes of the photo that `size` belongs to: sending any of them again sends the whole photo."""
        stem = size.path.partition("-")[0]
        return tuple(one for one in self._by_id.values() if one.path.partition("-")[0] == stem)

    def _add_file(self, kind: str, content: bytes, name: str, mime: str) -> StoredFile:
        if not content:
            raise bad_request("file must be non-empty")
        suffix = name.rpartition(".")[2] if "." in name else _SUFFIXES.get(kind, "bin")
        path = f"{_FOLDERS[kind]}/file_{len(self._by_id)}.{suffix}"
        return self._add(kind, content, path, name=name, mime=mime, measures=_MEASURES[kind])

    def _sizes(self, image: Image.Image, content: bytes) -> list[StoredFile]:
        width, height = image.size
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        number = len(self._by_id)
        previews = [_preview(image, side) for side in _PREVIEW_SIDES if side < max(width, height)]
        versions = [*previews, (content, width, height)]
        return [
            self._add("photo", data, f"photos/file_{number}-{place}.jpg", measures={"width": wide, "height": high})
            for place, (data, wide, high) in enumerate(versions)
        ]

    def _add(
        self, kind: str, content: bytes, path: str, *, name: str = "", mime: str = "", measures: Json
    ) -> StoredFile:
        opaque = hashlib.sha256(f"{kind}{len(self._by_id)}".encode()).digest()
        file_id = _LETTERS[kind] + base64.urlsafe_b64encode(opaque).decode().rstrip("=")
        stored = StoredFile(file_id, kind, content, path, name, mime, measures)
        self._by_id[file_id] = self._by_path[path] = stored
        return stored


def _preview(image: Image.Image, side: int) -> tuple[bytes, int, int]:
    small = image.convert("RGB")
    small.thumbnail((side, side))
    packed = io.BytesIO()
    small.save(packed, "JPEG", quality=60)
    return packed.getvalue(), *small.size
