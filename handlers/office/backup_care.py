"""What administrators are told when the night's backup could not be made."""

from __future__ import annotations

from handlers import notices
from handlers.context import Office
from handlers.events import Reply
from storage import admins
from storage.uow import UnitOfWork


async def tell_of_failure(office: Office, uow: UnitOfWork, why: str) -> None:
    """Tell every administrator, once a day, in the morning. `why`: a line of the command line, as it was."""
    day = f"{uow.now.astimezone(office.translators.timezone):%Y-%m-%d}"
    for admin in await admins.reachable(uow):
        tr = office.translators[admin["language"]]
        text = tr.t(
            "⚠️ <b>The bot's data could not be backed up</b>: {why}\nNothing is lost, and the bot tries again every "
            "hour. Please have whoever keeps the server run <code>doctor</code>: it says what to do.",
            why=why,
        )
        notices.notify(office, uow, admin, Reply(text), key=f"backup/{day}/{admin['channel']}:{admin['address']}")
