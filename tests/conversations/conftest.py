"""The codes and links that the bot makes up in a conversation are the same each time, so that people can say them."""

from base64 import urlsafe_b64encode
from random import Random

import pytest

from handlers.organisation import web_links
from reporting.organisation import invites


@pytest.fixture(autouse=True)
def _the_same_codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invites, "secrets", Random("codes"))
    tokens = Random("links")
    monkeypatch.setattr(web_links, "new_token", lambda: urlsafe_b64encode(tokens.randbytes(24)).decode())
