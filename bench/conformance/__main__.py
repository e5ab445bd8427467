"""The command line of the sweep."""

import argparse
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.conformance.sweeping import Tally, sweep

HEAD = ("", "run", "refused", "broken", "no form")


def main() -> int:
    chosen = _arguments()
    tally = sweep(chosen.folder, chosen.seed, chosen.walks, chosen.seconds)
    for name, trace in tally.broken:
        print(f"BROKEN {name}\n{textwrap.indent(trace, '    ')}")
    for reason, refusals in sorted(tally.reasons.items(), key=lambda pair: -len(pair[1])):
        print(f"{len(refusals):5} × {reason}")
        if chosen.verbose:
            print(textwrap.indent("\n".join(refusals), " " * 8))
    print(*_table(tally), sep="\n")
    return 1 if tally.broken else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run every form of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--walks", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60, help="what takes longer is broken")
    parser.add_argument("--verbose", action="store_true", help="name the forms that are refused")
    return parser.parse_args()


def _table(tally: Tally) -> Iterator[str]:
    """A row for each folder within the one swept, and one for all."""
    outcomes = [tally.runs, tally.refused, [name for name, _ in tally.broken], tally.invalid]
    folders = sorted({name.partition("/")[0] for names in outcomes for name in names if "/" in name})
    yield _row(HEAD)
    for folder in folders:
        yield _row([folder, *(sum(name.startswith(f"{folder}/") for name in names) for names in outcomes)])
    yield _row(["all", *map(len, outcomes)])


def _row(cells: Iterable[object]) -> str:
    first, *rest = cells
    return f"{first:32}" + "".join(f"{cell:>9}" for cell in rest)


if __name__ == "__main__":
    sys.exit(main())
