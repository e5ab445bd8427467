"""What a visitor of the leaders' page is told instead of it, and where to go from there."""

from __future__ import annotations

from enum import StrEnum

from locales.translator import Translator


class Why(StrEnum):
    """Why there is no page."""

    NOBODY = "nobody"
    ENDED = "ended"
    NOT_FOR_YOU = "not for you"
    NOT_YOURS = "not yours"
    NOTHING_YET = "nothing yet"

    @property
    def status(self) -> int:
        """Of the answer."""
        return {Why.NOT_YOURS: 404, Why.NOTHING_YET: 200}.get(self, 403)


class Refused(Exception):
    """There is no such page for this person."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.name)
        self.why = why


def words(why: Why, tr: Translator) -> tuple[str, str]:
    """A heading, and what to do next."""
    match why:
        case Why.NOBODY:
            return tr.plain("Please come in by your own link"), tr.plain(
                "This page is for leaders and the office. Type /bang in the chat with the bot: it sends you a link of "
                "your own. The office of your unit can give you one, too."
            )
        case Why.ENDED:
            return tr.plain("This way in has been closed"), tr.plain(
                "The link by which this browser came in has been replaced; please open the newest one. To get another, "
                "type /bang in the chat with the bot, or ask your office."
            )
        case Why.NOT_FOR_YOU:
            return tr.plain("This page is for leaders and the office"), tr.plain(
                "You report in the chat: it also shows what your unit has sent and what it owes."
            )
        case Why.NOT_YOURS:
            return tr.plain("There is nothing here"), tr.plain(
                "The address is not of your branch, or it is not there any more. Please go back to the board."
            )
        case Why.NOTHING_YET:
            return tr.plain("There are no figures yet"), tr.plain(
                "No day of a campaign of your branch has begun yet. The figures stand here as soon as one has."
            )
