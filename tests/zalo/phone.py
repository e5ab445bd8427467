"""What stands on the screen of a phone: the messages of one chat, and waiting for the next one."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.emulating import phone

if TYPE_CHECKING:
    from tests.zalo.emulator.model import Chat, Message
    from tests.zalo.emulator.styled import Codes
    from tests.zalo.emulator.world import World


@dataclass(frozen=True)
class Shown:
    """One message of the bot. `text` is plain, `html` the same with what is bold and so on; under a picture both are
    the caption. `styles`: start, length (UTF-16 units) and codes. `black`: the picture was gone when the phone came
    for it. `date`: milliseconds since 1970.
    """

    id: str
    chat_id: str
    text: str
    html: str
    styles: "tuple[tuple[int, int, Codes], ...]" = ()
    photo: bytes | None = None
    photo_url: str = ""
    sticker: str = ""
    voice: bytes | None = None
    date: int = 0

    @property
    def black(self) -> bool:
        """Whether there is a frame without a picture in it."""
        return bool(self.photo_url) and self.photo is None


def shown(message: "Message") -> Shown:
    """`message` as a phone shows it."""
    return Shown(
        id=message.id,
        chat_id=message.chat.id,
        text=message.words.text,
        html=message.words.html(),
        styles=message.words.styles,
        photo=message.photo,
        photo_url=message.photo_url,
        sticker=message.sticker,
        voice=message.voice,
        date=message.date,
    )


class Screen(phone.Screen[Shown]):
    """One chat on a phone."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._all: list[Message] = []

    def follows(self, world: "World", chat: "Chat") -> "Screen":
        """Show what is written in `chat` from now on."""
        world.watch(chat, self._on)
        return self

    def sees(self) -> list[Shown]:
        """All messages of the bot, oldest first."""
        return [shown(message) for message in self._all if message.sender is None]

    def transcript(self) -> str:
        """The whole conversation: ``>`` what people said, ``-`` what the bot said."""
        return "\n".join(f"{'-' if one.sender is None else '>'} {_what(one)}" for one in self._all)

    def _on(self, message: "Message") -> None:
        self._all.append(message)
        if message.sender is None:
            self._unheard.put_nowait(shown(message))


def _what(message: "Message") -> str:
    kind = "photo" if message.photo_url else "sticker" if message.sticker else "voice" if message.voice else ""
    label = message.other or kind
    return " ".join(part for part in (f"({label})" if label else "", message.words.text) if part)
