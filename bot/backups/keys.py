"""Who can read a backup: keys of the age format (https://age-encryption.org), made by pyrage.

BACKUP_KEY holds recipients (`age1…`): then the server cannot read its own backups. It may hold the identity
(`AGE-SECRET-KEY-1…`) instead: then whoever reads the server's settings reads the backups, too. A passphrase is no key
here: pyrage encrypts by one only what is in memory, and people choose short ones.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from pyrage import IdentityError, RecipientError
from pyrage.x25519 import Identity, Recipient

from bot.backups import BackupError

_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105  (how a key begins)


@dataclass(frozen=True, slots=True)
class Key:
    """For whom backups are encrypted (nobody: they are not), and the identity that opens them, if it is known here."""

    recipients: tuple[Recipient, ...] = ()
    identity: Identity | None = None


def read_key(text: str) -> Key:
    """BACKUP_KEY: recipients with spaces or commas between, or one identity; "" for none. Raises BackupError."""
    words = text.replace(",", " ").split()
    if len(words) == 1 and words[0].startswith(_SECRET):
        identity = _identity(words[0])
        return Key((identity.to_public(),), identity)
    try:
        return Key(tuple(Recipient.from_str(word) for word in words))
    except RecipientError:
        raise BackupError("BACKUP_KEY is no age recipient such as age1…; `backup --new-key FILE` makes one") from None


def read_identity(text: str) -> Identity:
    """An identity, or the path of a file that holds one as `age-keygen` writes it. Raises BackupError."""
    if text.startswith(_SECRET):
        return _identity(text.strip())
    try:
        lines = Path(text).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError) as error:
        raise BackupError(f"the identity file {text} cannot be read: {error}") from None
    for line in lines:
        if line.startswith(_SECRET):
            return _identity(line.strip())
    raise BackupError(f"{text} holds no identity (a line that begins with {_SECRET}…)")


def _identity(word: str) -> Identity:
    try:
        return Identity.from_str(word)
    except IdentityError:
        raise BackupError(f"what begins with {_SECRET} is no whole identity: copy it again") from None


def new_key(path: Path) -> str:
    """Make an identity, kept in a new file that only its owner reads; returns its recipient, for BACKUP_KEY. Raises
    BackupError."""
    identity = Identity.generate()
    recipient = str(identity.to_public())
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise BackupError(f"--new-key: {path} cannot be made: {error.strerror}") from None
    with os.fdopen(descriptor, "w") as file:
        file.write(f"# public key: {recipient}\n{identity}\n")
    return recipient
