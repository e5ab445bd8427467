"""What changes the office is foreseen from what its kind did before."""

from __future__ import annotations

from dataclasses import replace

from bot.foresight import Foresight
from handlers.events import Incoming
from tests.days.town import at

LAN = Incoming("test", "lan", "lan", "1", at("15/12 11:00"), "Lan")
SEND, ANSWER, COMMAND = replace(LAN, action="card/7/send"), replace(LAN, text="12"), replace(LAN, text="/baocao")


def of(update: Incoming, chat: str) -> Incoming:
    return replace(update, chat=chat)


def parted(foresight: Foresight, *batch: Incoming) -> tuple[list[Incoming], list[Incoming]]:
    return foresight.parted(batch, lambda one: one)


def taught() -> Foresight:
    """Sends change the office, answers and commands do not."""
    foresight = Foresight()
    for _ in range(5):
        foresight.learn(replace(SEND, action="card/1/send"), True)
        foresight.learn(ANSWER, False)
        foresight.learn(COMMAND, False)
    return foresight


def test_at_first_nothing_is_foreseen() -> None:
    assert parted(Foresight(), SEND, ANSWER) == ([SEND, ANSWER], [])


def test_the_number_of_a_draft_does_not_matter() -> None:
    send, answer = of(SEND, "minh"), of(ANSWER, "hoa")
    assert parted(taught(), send, answer, of(COMMAND, "mai")) == ([answer, of(COMMAND, "mai")], [send])


def test_another_button_of_the_same_card_is_another_thing() -> None:
    edit = replace(SEND, action="card/7/edit/c2")
    assert parted(taught(), edit) == ([edit], [])


def test_a_chat_stays_in_its_order() -> None:
    """What came before and after a send goes with it."""
    before, after, other = ANSWER, replace(ANSWER, key="2"), of(ANSWER, "minh")
    assert parted(taught(), before, other, SEND, after) == ([other], [before, SEND, after])


def test_once_is_not_always() -> None:
    foresight = taught()
    foresight.learn(ANSWER, True)
    assert parted(foresight, ANSWER) == ([ANSWER], [])
    for _ in range(5):
        foresight.learn(SEND, False)
    assert parted(foresight, SEND) == ([SEND], [])


def test_made_up_words_do_not_fill_the_memory() -> None:
    foresight = taught()
    for number in range(2000):
        made_up = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        foresight.learn(replace(LAN, action=made_up), True)
    assert len(foresight._changing) == 500
    assert parted(foresight, SEND) == ([], [SEND])
