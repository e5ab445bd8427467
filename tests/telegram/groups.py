"""Groups: who comes and goes there, and what the bot may do in them."""

from typing import TYPE_CHECKING

from tests.emulating.phone import Listener
from tests.telegram.people import Person
from tests.telegram.phone import Screen, Shown

if TYPE_CHECKING:
    from tests.telegram.emulator.model import Chat, Right, Status
    from tests.telegram.emulator.world import World


class Group(Listener[Shown]):
    """A group chat as its members see it."""

    def __init__(self, world: "World", chat: "Chat", members: "tuple[Person, ...]") -> None:
        self.chat = chat
        self.screen = Screen(world, chat, chat.title)
        self._world = world
        self._owner = members[0].user if members else world.bot

    @property
    def id(self) -> int:
        """The chat id: negative, and another one after `upgrades`."""
        return self.chat.id

    @property
    def messages(self) -> list[Shown]:
        """The bot's messages in the group as they stand now."""
        return self.screen.messages

    def adds_bot(self, by: Person | None = None, *, as_administrator: bool = False) -> None:
        """Bring the bot in; the owner does it, or `by`."""
        actor = self._owner if by is None else by.user
        status: Status = "administrator" if as_administrator else "member"
        self._world.set_status(self.chat, self._world.bot, status, actor)
        self._world.service(self.chat, actor, {"new_chat_members": [self._world.bot.json()]})

    def promotes_bot(self) -> None:
        """Make the bot an administrator: it then sees everything that is said."""
        self._world.set_status(self.chat, self._world.bot, "administrator", self._owner)

    def removes_bot(self, by: Person | None = None) -> None:
        """Throw the bot out."""
        actor = self._owner if by is None else by.user
        self._world.service(self.chat, actor, {"left_chat_member": self._world.bot.json()})
        self._world.set_status(self.chat, self._world.bot, "kicked", actor)

    def welcomes(self, person: Person) -> None:
        """Somebody joins."""
        self._world.set_status(self.chat, person.user, "member", person.user)
        self._world.service(self.chat, person.user, {"new_chat_members": [person.user.json()]})

    def loses(self, person: Person) -> None:
        """Somebody leaves."""
        self._world.set_status(self.chat, person.user, "left", person.user)
        self._world.service(self.chat, person.user, {"left_chat_member": person.user.json()})

    def silences_bot(self) -> None:
        """Restrict the bot, which stays but may not write: only a supergroup can."""
        if self.chat.kind != "supergroup":
            raise AssertionError(f"{self.chat.title} is no supergroup: nobody can be restricted in it")
        self._world.set_status(self.chat, self._world.bot, "restricted", self._owner)

    def frees_bot(self) -> None:
        """Lift the restriction."""
        self._world.set_status(self.chat, self._world.bot, "member", self._owner)

    def withholds(self, *rights: "Right") -> None:
        """Set what members may not do; the bot is told nothing of it."""
        self.chat.withheld = frozenset(rights)

    def upgrades(self) -> int:
        """Turn the group into a supergroup; the new chat id. Writing to the old one fails from now on.

        The bot is told that it came into the new one, but not that it left the old one.
        """
        old, bot = self.chat, self._world.bot
        members = {user: status for user, status in old.members.items() if user != bot.id}
        new = self._world.add_group(old.title, members, supergroup=True)
        if old.status(bot) in {"administrator", "member"}:
            self._world.set_status(new, bot, old.status(bot), self._owner)
        self._world.service(old, self._owner, {"migrate_to_chat_id": new.id})
        self._world.service(new, self._owner, {"migrate_from_chat_id": old.id})
        old.upgraded_to = new
        self.chat = new
        self.screen.follows(self._world, new)
        return new.id
