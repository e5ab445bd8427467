"""What stands in a backup, in its order, and the sums by which it is known to be whole."""

from __future__ import annotations

import gzip
import hashlib
import json
import zlib
from collections.abc import Generator, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pyrage.x25519 import Identity

from bot.backups import BackupError
from bot.backups.archive import PIECE, Member, Writer, opened

FORMAT = 1
HEADER, MANIFEST, SECRET = "backup.json", "manifest.json", "secret.key"
PIECE_OF_ROWS = 1024 * 1024
"""Bytes of rows, before they are compressed, after which a piece ends."""
ROWS_LIMIT = 256 * 1024**2
"""Of a piece, once it is decompressed: one row may be large, a file of zeros is none of ours."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a backup is of: the moment, the version of the schema, the columns of each table, and the last id that each
    gave."""

    made_at: str
    schema: str
    engine: str
    tables: dict[str, list[str]]
    last_ids: dict[str, int]
    format: int = FORMAT


@dataclass
class Tally:
    """Counts and checksums: as it was written, and as it is read. All of it is small, however large the backup is."""

    rows: dict[str, int] = field(default_factory=dict)
    media: int = 0
    media_bytes: int = 0
    _sums: dict[str, Any] = field(default_factory=dict)

    def add_rows(self, table: str, data: bytes) -> None:
        self.rows[table] = self.rows.get(table, 0) + data.count(b"\n")
        self._add(f"tables/{table}", data)

    def add_media(self, digest: str, size: int) -> None:
        self.media, self.media_bytes = self.media + 1, self.media_bytes + size
        self._add("media", f"{digest} {size}\n".encode())

    def add_small(self, name: str, data: bytes) -> None:
        self._add(name, data)

    def add_checks(self, checks: dict[str, Any]) -> None:
        self._add("checks", json.dumps(checks, sort_keys=True).encode())

    def _add(self, name: str, data: bytes) -> None:
        self._sums.setdefault(name, hashlib.sha256()).update(data)

    def told(self) -> dict[str, Any]:
        """As it stands in the manifest."""
        return {
            "rows": self.rows,
            "media": {"files": self.media, "bytes": self.media_bytes},
            "sha256": {name: found.hexdigest() for name, found in sorted(self._sums.items())},
        }


@dataclass(frozen=True, slots=True)
class Rows:
    """A piece of a table: a JSON list to a line."""

    table: str
    data: bytes

    def parsed(self) -> list[list[Any]]:
        """Raises BackupError."""
        try:
            return [json.loads(line) for line in self.data.splitlines()]
        except ValueError:
            raise BackupError(f"the rows of {self.table} in the file cannot be read: it is damaged") from None


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A kept file; its pieces are taken before what follows is asked for."""

    digest: str
    pieces: Iterator[bytes]


@dataclass(frozen=True, slots=True)
class SecretKey:
    """The key that signs links and hashes invite codes."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Manifest:
    """The end: all was there. `checks` is what was found in the database when the backup was made."""

    tally: Tally
    checks: dict[str, Any]


Item = Header | Rows | MediaFile | SecretKey | Manifest


# --- writing ---------------------------------------------------------------------------------------


class Filling:
    """Writes the members, and counts them."""

    def __init__(self, out: Writer) -> None:
        self._out, self.tally = out, Tally()
        self._pieces: dict[str, int] = {}

    def header(self, header: Header) -> None:
        self._small(HEADER, _json(asdict(header)))

    def secret(self, data: bytes) -> None:
        self._small(SECRET, data)

    def rows(self, table: str, data: bytes) -> None:
        number = self._pieces[table] = self._pieces.get(table, 0) + 1
        self.tally.add_rows(table, data)
        self._out.add(f"tables/{table}/{number:06}.jsonl.gz", gzip.compress(data, 6, mtime=0))

    def media(self, digest: str, path: Path) -> None:
        """Raises OSError."""
        with path.open("rb") as file:
            size = path.stat().st_size
            self.tally.add_media(digest, size)
            self._out.add_from(f"media/{digest}", file, size)

    def manifest(self, checks: dict[str, Any]) -> None:
        self.tally.add_checks(checks)
        self._out.add(MANIFEST, _json({**self.tally.told(), "checks": checks}))

    def _small(self, name: str, data: bytes) -> None:
        self.tally.add_small(name, data)
        self._out.add(name, data)


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode()


# --- reading ---------------------------------------------------------------------------------------


def walk(path: Path, identity: Identity | None) -> Generator[Item, None, None]:
    """All that stands in the file, in its order; the manifest comes last, once every sum is known to be right. Raises
    BackupError for anything that is not as it was written."""
    tally, header = Tally(), None
    with opened(path, identity) as members:
        for member in members:
            if header is None:
                header = _header(member, tally)
                yield header
            elif member.name == MANIFEST:
                yield _manifest(member, tally)
                if next(members, None) is not None:
                    raise BackupError("something follows in the file after its end: refused")
                return
            else:
                yield _item(member, header, tally)
    raise BackupError("the file is cut off: it ends without its manifest; take another backup")


def _header(member: Member, tally: Tally) -> Header:
    if member.name != HEADER:
        raise BackupError("this is no backup of the bot: it does not begin with backup.json")
    data = member.whole()
    tally.add_small(HEADER, data)
    try:
        header = Header(**json.loads(data))
    except (ValueError, TypeError):
        raise BackupError("backup.json in the file cannot be read: it is damaged, or of a newer bot") from None
    if header.format != FORMAT:
        raise BackupError(f"the backup is of format {header.format}, which only a newer bot reads")
    return header


def _item(member: Member, header: Header, tally: Tally) -> Item:
    kind, _, rest = member.name.partition("/")
    if member.name == SECRET:
        data = member.whole()
        tally.add_small(SECRET, data)
        return SecretKey(data)
    if kind == "media":
        return MediaFile(rest, _pieces(member, rest, tally))
    table = rest.partition("/")[0]
    if table not in header.tables:
        raise BackupError(f"the file has rows of a table that it does not name ({table}): refused")
    data = _unpacked(member)
    tally.add_rows(table, data)
    return Rows(table, data)


def _pieces(member: Member, digest: str, tally: Tally) -> Iterator[bytes]:
    found = hashlib.sha256()
    while piece := member.read(PIECE):
        found.update(piece)
        yield piece
    if found.hexdigest() != digest:
        raise BackupError(f"a kept file in the backup is not what it was (media/{digest[:12]}…): it is damaged")
    tally.add_media(digest, member.size)


def _unpacked(member: Member) -> bytes:
    packed, unpacking = member.whole(), zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = unpacking.decompress(packed, ROWS_LIMIT)
    except zlib.error:
        raise BackupError(f"{member.name} in the file cannot be decompressed: it is damaged") from None
    if unpacking.unconsumed_tail or not unpacking.eof or unpacking.unused_data:
        raise BackupError(f"{member.name} in the file is not packed as ours are, or too large: refused")
    return data


def _manifest(member: Member, tally: Tally) -> Manifest:
    try:
        told = json.loads(member.whole())
        checks = told.pop("checks")
        tally.add_checks(checks)
    except (ValueError, KeyError, AttributeError):
        raise BackupError("manifest.json in the file cannot be read: it is damaged") from None
    if told != tally.told():
        raise BackupError("the counts and checksums of the file are not those of its manifest: it is damaged")
    return Manifest(tally, checks)


def check(path: Path, identity: Identity | None) -> Manifest:
    """Read a file from its beginning to its end. Raises BackupError if anything is wrong with it."""
    found = None
    for item in walk(path, identity):
        if isinstance(item, MediaFile):
            for _ in item.pieces:
                pass
        elif isinstance(item, Manifest):
            found = item
    assert found is not None  # noqa: S101  (a walk ends with a manifest, or raises)
    return found
