"""A platform says no."""

from abc import ABC, abstractmethod
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class Refusal(Exception, ABC):
    """An answer with ``ok: false`` and a `code`; each platform spells it in its own `body`."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description

    @abstractmethod
    def body(self) -> Json:
        """The JSON object of the answer."""
