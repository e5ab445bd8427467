"""All parts of the emulator in one place, as the methods need them."""

from dataclasses import dataclass

from tests.zalo.emulator.hosts import Internet
from tests.zalo.emulator.limits import Burst, Quota
from tests.zalo.emulator.updates import UpdateQueue
from tests.zalo.emulator.webhook import Webhook
from tests.zalo.emulator.world import World


@dataclass
class Backend:
    """State shared by the methods. `second`: how long one second of a long poll lasts here."""

    world: World
    updates: UpdateQueue
    webhook: Webhook
    internet: Internet
    quota: Quota
    burst: Burst
    second: float = 1.0
