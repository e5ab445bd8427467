"""The tree of one draft of a form with repeats: the shared tree, with each repeat as often as the draft has it."""

from collections.abc import Iterable, Sequence

from forms.nodes import Document, Node

# A count that a person mistyped must not build a million nodes.
MOST_INSTANCES = 500
# Of all repeats of a draft together: those within others would multiply.
MOST_ALTOGETHER = 1000
# Of all instances together: each of a thousand may hold thousands of questions.
MOST_NODES = 200_000


class Tree:
    """Grows from the tree of a form; repeats are empty until `fill` is called.

    The place where a repeat belongs (its slot) is a node outside its parent's children, with the path of the repeat
    less its own position: /data/house, /data/house[2]/room. Conditions on “one more” are judged there.
    """

    def __init__(self, form: Document) -> None:
        self._form = form
        self._room, self._room_for_nodes = MOST_ALTOGETHER, MOST_NODES
        self._ranks = {ref: rank for rank, ref in enumerate(form.by_path)}
        self._by_ref: dict[str, list[Node]] = {}
        self._slots: dict[str, list[Node]] = {}
        self._by_path: dict[str, Node] = {}
        top = Node("")
        self._copy(form.top, top)
        self.document = Document(top, self._by_path, form.lists, form.repeats)

    def at(self, ref: str) -> list[Node]:
        """Every instance of the node at the path `ref` of the form, in the order of the document."""
        return self._by_ref.get(ref, [])

    def slots(self, ref: str) -> list[Node]:
        """Where the repeat at `ref` belongs: one place in each instance of what is around it."""
        return self._slots.get(ref, [])

    def fill(self, slot: Node, count: int) -> None:
        """Gives the repeat at `slot` its instances, `count` of them or as many as may be."""
        parent = slot.parent
        assert parent is not None  # noqa: S101 - a slot is made with its parent
        place = sum(self._ranks[child.ref] < self._ranks[slot.ref] for child in parent.children)
        template = self._form.by_path[slot.ref]
        size = _size(template)
        made = max(0, min(count, MOST_INSTANCES, self._room, self._room_for_nodes // size))
        self._room -= made
        self._room_for_nodes -= made * size
        for number in range(1, made + 1):
            instance = Node(slot.name, f"{slot.path}[{number}]", parent=parent, ref=slot.ref)
            parent.children.insert(place + number - 1, instance)
            self._enter(instance)
            self._copy(template, instance)

    def _copy(self, template: Node, into: Node) -> None:
        for child in template.children:
            path = f"{into.path}/{child.name}"
            if child.ref in self._form.repeats:
                slot = Node(child.name, path, parent=into, ref=child.ref)
                self._by_path[path] = slot
                self._slots.setdefault(child.ref, []).append(slot)
            else:
                self._enter(node := into.add(child.name, path, ref=child.ref))
                self._copy(child, node)

    def _enter(self, node: Node) -> None:
        self._by_path[node.path] = node
        self._by_ref.setdefault(node.ref, []).append(node)


def _size(node: Node) -> int:
    """How many nodes it is with all below it."""
    return 1 + sum(map(_size, node.children))


def instances(slot: Node) -> list[Node]:
    """The instances that the repeat at `slot` has."""
    return [child for child in slot.parent.children if child.ref == slot.ref] if slot.parent else []


def shifted(path: str, slot_path: str, gone: int) -> str | None:
    """`path` after instance `gone` of the repeat at `slot_path` was taken away; None when it went with it."""
    head, _, tail = path.removeprefix(f"{slot_path}[").partition("]")
    if not path.startswith(f"{slot_path}[") or int(head) < gone:
        return path
    return None if int(head) == gone else f"{slot_path}[{int(head) - 1}]{tail}"


def plain(path: str) -> str:
    """`path` without the positions in it: the path in the form."""
    return "/".join(name.partition("[")[0] for name in path.split("/")) if "[" in path else path


def beside(ref: str, repeats: Sequence[str], path: str) -> str:
    """The path of the node `ref` of the form in the same instances as `path`, which stands in `repeats`."""
    shared = [repeat for repeat in repeats if ref.startswith(f"{repeat}/")]
    if not shared:
        return ref
    innermost = shared[-1]
    return "/".join(path.split("/")[: innermost.count("/") + 1]) + ref.removeprefix(innermost)


def refs_within(ref: str, repeats: Iterable[str]) -> tuple[str, ...]:
    """The repeats around the path `ref` of a form, outermost first."""
    return tuple(repeat for repeat in repeats if ref == repeat or ref.startswith(f"{repeat}/"))
