import pytest

from forms.model import Form
from tests.forms.kit import DAILY, load


@pytest.fixture(scope="session")
def daily() -> Form:
    return load(DAILY)
