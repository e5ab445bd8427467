"""Metadata that no person types: who answers, when it began, when it ended."""

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType
from uuid import UUID

from forms.nodes import Env
from forms.values import Value


def report_id(seed: str) -> str:
    """The id of a report, the same as long as its seed is."""
    chance = Random(f"{seed}|instanceID")  # noqa: S311 - no secret is drawn from it
    return f"uuid:{UUID(int=chance.getrandbits(128), version=4)}"


# (jr:preload, jr:preloadParams) → what it gives; kept from the moment that the draft begins.
AT_FIRST: Mapping[tuple[str, str], Callable[[Env], Value]] = MappingProxyType(
    {
        ("timestamp", "start"): lambda env: env.now,
        ("date", "today"): lambda env: env.now.date(),
        ("uid", ""): lambda env: report_id(env.seed),
        **{
            ("property", name): lambda env, name=name: env.properties.get(name, "")  # type: ignore[misc]
            for name in ("username", "phonenumber", "email", "deviceid")
        },
    }
)
AT_LAST = ("timestamp", "end")


class Preload:
    """What one metadata row is filled with."""

    __slots__ = ("_give", "name")

    def __init__(self, name: str, give: Callable[[Env], Value]) -> None:
        self.name = name
        self._give = give

    def give(self, env: Env) -> Value:
        """The value; "" when it is not known."""
        return self._give(env)
