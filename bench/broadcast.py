"""A broadcast to 10,000 people through the Telegram emulator with its limits on: how long people's own replies take
meanwhile, how many go out a second, how often Telegram says 429 (figures: docs/performance.md).

Run as `python -m bench.broadcast [people]`; 10,000 take about six minutes.
"""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.days.rush import measure


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with TemporaryDirectory() as folder:
        figures = asyncio.run(measure(count, Path(folder)))
    print("\n".join(figures.lines()))


if __name__ == "__main__":
    main()
