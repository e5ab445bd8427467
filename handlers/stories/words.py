"""What of a good example is shown: its pictures, its text with the unit's name, its number."""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from markupsafe import Markup

from handlers.events import Attachment, Choice, Reply, Rows
from locales.translator import Translator
from storage.tables import StoryState
from storage.uow import Row

TITLES = 5
"""Groups that are called by their names; of more only the number."""


def pictures(photos: Sequence[str]) -> list[Reply]:
    """One picture, or an album, in a message of its own: so the text can be as long as it is, and have buttons."""
    kept = tuple(Attachment(media_id, f"anh-{place}") for place, media_id in enumerate(photos, 1))
    if not kept:
        return []
    return [Reply(Markup(""), photo=kept[0]) if len(kept) == 1 else Reply(Markup(""), photos=kept)]


def post(story: Row, tr: Translator) -> Markup:
    """As a group reads it."""
    return tr.t("🌟 <b>{unit}</b>: {text}", unit=story["unit_name"], text=story["told"])


def post_of_week(story: Row, tr: Translator) -> Markup:
    return tr.t("🏅 <b>The week's story</b>\n<b>{unit}</b>: {text}", unit=story["unit_name"], text=story["told"])


def heart(story_id: int, count: int, tr: Translator) -> Rows:
    """The button under a post: one tap, and how many have tapped."""
    label = f"❤ {tr.number(count)}" if count else "❤"
    return ((Choice(label, f"sto/like/{story_id}"),),)


def stamp(story: Row) -> str:
    """Stands for what an editor has seen of it."""
    return f"{crc32(repr((story['told'], story['photos'])).encode()):x}"


def groups(titles: Sequence[str], tr: Translator) -> str:
    """ "Đoàn Bến Cầu, Đoàn Gò Dầu": of many only how many they are."""
    if len(titles) > TITLES:
        return tr.plain("{n} groups", n=len(titles))
    return ", ".join(titles)


def decided(story: Row, editor: str, tr: Translator) -> Markup:
    """To the editor who comes second."""
    match story["state"]:
        case StoryState.APPROVED:
            return tr.t("{name} has approved this story already.", name=editor)
        case StoryState.REFUSED:
            return tr.t("{name} has decided already not to use this story.", name=editor)
    return tr.t("{name} has asked the unit back; its answer puts the story into the queue again.", name=editor)
