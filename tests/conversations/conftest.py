"""The codes that the bot makes up in a conversation are the same each time, so that people can say them."""

from random import Random

import pytest

from reporting.organisation import invites


@pytest.fixture(autouse=True)
def _the_same_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invites, "secrets", Random("codes"))
