"""The file of a backup, as a stream: a plain tar, encrypted or not, written and read in one go.

Nothing that stands in it is ever a path here: a member's name must be one of those that we write, and what it says of
itself (links, sizes, owners) is refused where it is not what we write.
"""

from __future__ import annotations

import contextlib
import os
import re
import tarfile
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Self

from pyrage import DecryptError, EncryptError, decrypt_io, encrypt_io
from pyrage.x25519 import Identity, Recipient

from bot.backups import BackupError

BLOCK = tarfile.BLOCKSIZE
PIECE = 256 * 1024
"""Bytes that are read at a time."""
MEMBER_LIMIT = 4 * 1024**3
SMALL_LIMIT = 64 * 1024**2
"""Of anything that is read into memory."""
AGE_MAGIC = b"age-encryption.org/"
NAMES = re.compile(
    r"backup\.json|manifest\.json|secret\.key|tables/[a-z_]{1,60}/\d{1,9}\.jsonl\.gz|media/[0-9a-f]{64}", re.ASCII
)
_CUT = "the file is cut off: it ends in the middle; take another backup"


class Writer:
    """Adds members to a new file."""

    def __init__(self, path: Path, recipients: Sequence[Recipient]) -> None:
        """Raises OSError where the file is there already, or cannot be made."""
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        self._file = os.fdopen(descriptor, "wb")
        self._pump = _Pump(lambda source: encrypt_io(source, self._file, list(recipients))) if recipients else None
        self._sink: IO[bytes] = self._pump.into if self._pump else self._file

    def add(self, name: str, data: bytes) -> None:
        self.add_from(name, BytesIO(data), len(data))

    def add_from(self, name: str, file: IO[bytes], size: int) -> None:
        """Raises OSError where the file holds less."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._sink.write(info.tobuf(tarfile.USTAR_FORMAT))
        left = size
        while left:
            part = file.read(min(left, PIECE))
            if not part:
                raise OSError(f"{name} became shorter while it was read")
            self._sink.write(part)
            left -= len(part)
        self._sink.write(bytes(-size % BLOCK))

    def close(self) -> None:
        """All is on the disk when this returns. Raises OSError."""
        with self._file:
            self._sink.write(bytes(2 * BLOCK))
            if self._pump:
                self._pump.join()
            self._file.flush()
            os.fsync(self._file.fileno())

    def abandon(self) -> None:
        """Leave the file as it is, to be deleted."""
        if self._pump:
            self._pump.give_up()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind:
            self.abandon()
            if self._pump and self._pump.error:
                # Why nothing could be written any more.
                raise self._pump.error
        else:
            self.close()


class _Pump:
    """A thread that takes what is written `into` it: age pulls, a tar pushes."""

    def __init__(self, work: Callable[[IO[bytes]], None]) -> None:
        out, into = os.pipe()
        self.into = os.fdopen(into, "wb", PIECE)
        self._out = os.fdopen(out, "rb", PIECE)
        self._work = work
        self.error: OSError | None = None
        self._thread = threading.Thread(target=self._run, name="backup encryption", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            with self._out:
                self._work(self._out)
        except (OSError, EncryptError) as error:
            self.error = OSError(f"it cannot be written: {error}")

    def join(self) -> None:
        self.into.close()
        self._thread.join()
        if self.error:
            raise self.error

    def give_up(self) -> None:
        # What was still to be written finds nobody to read it.
        with contextlib.suppress(OSError):
            self.into.close()
        self._thread.join()


# --- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A member that is being read; `read` gives what is left of it, b"" at its end."""

    name: str
    size: int
    read: Callable[[int], bytes]

    def whole(self) -> bytes:
        """All of it, for what is small. Raises BackupError."""
        if self.size > SMALL_LIMIT:
            raise BackupError(f"{self.name} in the file is too large to be ours")
        parts = []
        while part := self.read(PIECE):
            parts.append(part)
        return b"".join(parts)


def is_encrypted(path: Path) -> bool:
    """Raises OSError."""
    with path.open("rb") as file:
        return file.read(len(AGE_MAGIC)) == AGE_MAGIC


@contextlib.contextmanager
def opened(path: Path, identity: Identity | None) -> Iterator[Iterator[Member]]:
    """The members of a file, one after the other; each is read before the next is asked for. Raises BackupError for
    what is no backup, cannot be decrypted or ends too early."""
    try:
        encrypted = is_encrypted(path)
        if encrypted and identity is None:
            raise BackupError("the file is encrypted: give its identity by --identity FILE or BACKUP_IDENTITY")
        with path.open("rb") as file:
            if encrypted and identity:
                with _decrypted(file, identity) as stream:
                    yield _members(stream)
            else:
                yield _members(file)
    except OSError as error:
        raise BackupError(f"{path} cannot be read: {error.strerror or error}") from None


@contextlib.contextmanager
def _decrypted(file: IO[bytes], identity: Identity) -> Iterator[IO[bytes]]:
    out, into = os.pipe()
    trouble: list[BackupError] = []

    def work() -> None:
        try:
            with os.fdopen(into, "wb", PIECE) as sink:
                decrypt_io(file, sink, [identity])
        except DecryptError:
            trouble.append(BackupError("the identity does not open this file: take the one of the BACKUP_KEY of then"))
        except OSError:
            trouble.append(BackupError("the file is damaged or cut off; take another backup"))

    thread = threading.Thread(target=work, name="backup decryption", daemon=True)
    thread.start()
    stopped: BackupError | None = None
    try:
        # Left before its end, the stream is closed here, and the thread that fills it ends.
        with os.fdopen(out, "rb", PIECE) as stream:
            yield stream
            # Its last block vouches for the whole: it has to be seen.
            while stream.read(PIECE):
                pass
    except BackupError as error:
        stopped = error
    finally:
        thread.join()
    # A stream that breaks off looks cut; why it did is known here.
    if trouble and (stopped is None or str(stopped) == _CUT):
        raise trouble[0]
    if stopped:
        raise stopped


def _members(stream: IO[bytes]) -> Iterator[Member]:
    while True:
        header = _exactly(stream, BLOCK)
        if header == bytes(BLOCK):
            _exactly(stream, BLOCK)
            return
        info = _checked(header)
        left = info.size

        def read(most: int) -> bytes:
            nonlocal left
            part = _exactly(stream, min(most, left))
            left -= len(part)
            return part

        yield Member(info.name, info.size, read)
        while read(PIECE):
            pass
        _exactly(stream, -info.size % BLOCK)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise BackupError(_CUT)
    return data


def _checked(header: bytes) -> tarfile.TarInfo:
    try:
        info = tarfile.TarInfo.frombuf(header, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeError):
        raise BackupError("this is no backup of the bot, or a damaged one") from None
    if info.type != tarfile.REGTYPE or not NAMES.fullmatch(info.name) or not 0 <= info.size <= MEMBER_LIMIT:
        raise BackupError(f"something is in the file that no backup of the bot has ({info.name[:80]!r}): refused")
    return info
