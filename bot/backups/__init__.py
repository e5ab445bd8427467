"""Backups: the database and the media of one moment in one file, kept by a rule, and brought back.

The file is a tar of its own kind: `backup.json` first (what it is of), then each table in pieces of rows
(`tables/<name>/<n>.jsonl.gz`), the key of links and codes where it is kept in a file (`secret.key`), each kept file
under its SHA-256 (`media/<sha256>`), and last `manifest.json` with counts and checksums. So it is written and read in
one go, in little memory, restores into either engine, and one that was cut off has no manifest.
"""


class BackupError(Exception):
    """A backup cannot be made, read or brought back; the message is one line that says why and what to do."""
