import pytest

from forms.model import Form
from tests.forms.kit import load
from tests.forms.message.kit import SUMMER, TAY_NINH


@pytest.fixture(scope="session")
def report() -> Form:
    """The daily report of Tây Ninh, as the campaign asks it."""
    return load(TAY_NINH)


@pytest.fixture(scope="session")
def summer() -> Form:
    return load(SUMMER)
