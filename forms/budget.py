"""How long the working out of one answer may take: a form comes from outside, and all people wait for one processor."""

from time import perf_counter, thread_time

# Seconds of the processor. The longest forms in use take hundredths of one.
MOST_TIME = 2.0
# Seconds without a question of the time: nothing that expressions do takes as long.
IDLE = 1.0
# Seconds that are not looked into: the system's clock of the processor is dear, and nearly every answer takes less.
FREE = 0.01


class TooMuchWorkError(Exception):
    """What a form asks to be worked out takes too long. `path`: of the question or group, "" where it is not known."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"working out one answer takes more than {seconds:g} seconds")
        self.path = ""


class Budget:
    """Begun for each answer, and asked again and again while expressions are evaluated."""

    __slots__ = ("_asked", "_began", "_until", "seconds")

    def __init__(self, seconds: float = MOST_TIME) -> None:
        self.seconds = seconds
        self.begin()

    def begin(self) -> None:
        self._began: float | None = None
        self._asked = perf_counter()
        self._until = self._asked + FREE

    def check(self) -> None:
        """Raises TooMuchWorkError once it is used up."""
        # The clock on the wall is the cheaper one; but to wait for others is no work.
        now = perf_counter()
        if now > self._until:
            self._look(now)
        self._asked = now

    def _look(self, now: float) -> None:
        if now - self._asked > IDLE:
            # Something else was done meanwhile, for somebody else: that is not on this account.
            self.begin()
            return
        if self._began is None:
            self._began = thread_time()
        left = self.seconds - (thread_time() - self._began)
        if left < 0:
            raise TooMuchWorkError(self.seconds)
        self._until = now + left
