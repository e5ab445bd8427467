"""What turns our dataclasses into JSON and back, made once for each: to make one takes longer than to use it often."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter


@cache
def adapter(cls: type) -> TypeAdapter[Any]:
    """For a dataclass of ours, when it is first wanted."""
    return TypeAdapter(cls)
