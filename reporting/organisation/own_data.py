"""All that is kept on a person, as a file for them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from storage import privacy
from storage.uow import UnitOfWork


async def file_for(uow: UnitOfWork, person_id: int, account_id: int, zone: ZoneInfo) -> bytes:
    """What is kept on a person as JSON, to be sent to one of their accounts.

    Raises LookupError when the account is not theirs, or not any more.
    """
    accounts = {account["id"]: account for account in await privacy.accounts(uow, person_id)}
    if account_id not in accounts or accounts[account_id]["cut_at"]:
        raise LookupError(f"no account {account_id} of person {person_id}")
    kept = await privacy.collect(uow, person_id)
    return json.dumps(_local(kept, zone), ensure_ascii=False, indent=1).encode()


def _local(value: Any, zone: ZoneInfo) -> Any:
    """Plain JSON, its times as ISO 8601 in the office's time zone."""
    if isinstance(value, datetime):
        return value.astimezone(zone).isoformat(timespec="seconds")
    if isinstance(value, list):
        return [_local(one, zone) for one in value]
    if isinstance(value, dict):
        return {key: _local(one, zone) for key, one in value.items()}
    return value
