"""Why somebody did not get a broadcast, by what the channel said."""

from __future__ import annotations

import pytest

from bot.channels import telegram_errors
from reporting.news.run_words import is_silenced, reason
from storage.tables import RecipientState
from tests.support.world import TRANSLATORS


@pytest.mark.parametrize("said", telegram_errors._MAY_NOT_WRITE)
def test_a_group_that_does_not_let_the_bot_write_did_not_block_it(said: str) -> None:
    error = f"TelegramBadRequest: Bad Request: {said.upper()}"
    assert is_silenced(error)
    assert reason(RecipientState.FAILED, error, TRANSLATORS["vi"]) == "nhóm không cho bot viết"


@pytest.mark.parametrize("said", [None, "", "Forbidden: bot was blocked by the user", "message is too long"])
def test_what_else_is_said_is_no_such_thing(said: str | None) -> None:
    assert not is_silenced(said)
