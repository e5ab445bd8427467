"""What cannot be in a changed tree: circles are found when a list is read, all else here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from reporting.organisation.unit_states import Act, Change, State, Tree

Problem = tuple[Change, str]
_Below = Mapping[str, Sequence[str]]


def problems(tree: Tree, changes: Sequence[Change], kinds: Mapping[str, int]) -> Iterator[Problem]:
    """All that is wrong with the changes, in words; `kinds` are those that may be used."""
    below: dict[str, list[str]] = defaultdict(list)
    for code, state in tree.after.items():
        below[state.parent].append(code)
    for change in changes:
        if change.row and change.after.kind not in kinds:
            yield change, f"the kind {change.after.kind!r} is not known (known: {', '.join(kinds)})"
        yield from ((change, text) for text in _bad_end(change, tree, below))
        yield from ((change, text) for text in _bad_successors(change, tree))
        if {Act.ADD, Act.RENAME, Act.MOVE}.intersection(change.acts) and (twin := _twin(change, tree, below)):
            place = f"below {change.after.parent}" if change.after.parent else "at the top"
            yield change, f"{change.after.name} stands {place} already, as {twin}"


def _bad_end(change: Change, tree: Tree, below: _Below) -> Iterator[str]:
    state = change.after
    if state.valid_from and state.valid_to and state.valid_to <= state.valid_from:
        yield f"{change.code} ends before it begins"
    parent = tree.after.get(state.parent)
    if parent and _outlives(state, parent):
        yield f"{change.code} goes on after {state.parent} above it has ended"
    if state.valid_to and (left := [code for code in below[change.code] if _outlives(tree.after[code], state)]):
        yield f"{change.code} ends while {', '.join(sorted(left)[:5])} below it goes on: move or end that too"


def _outlives(state: State, other: State) -> bool:
    return other.valid_to is not None and (state.valid_to is None or state.valid_to > other.valid_to)


def _bad_successors(change: Change, tree: Tree) -> Iterator[str]:
    if change.after.successors and change.after.valid_to is None:
        yield f"{change.code} has successors but no valid_to"
        return
    for code in change.after.successors:
        heir = tree.after.get(code)
        if heir is None:
            yield f"the successor {code} is neither in the list nor known"
        elif code == change.code or not _outlives(heir, change.after):
            yield f"the successor {code} ends no later than {change.code}"


def _twin(change: Change, tree: Tree, below: _Below) -> str | None:
    """Another unit with the very same name in the same place, both going on: one unit under two codes."""
    if change.after.valid_to:
        return None
    beside = [code for code in below[change.after.parent] if code != change.code]
    alike = [code for code in beside if tree.after[code].name == change.after.name and not tree.after[code].valid_to]
    return next(iter(alike), None)
