"""Comparisons of paths that lead to several nodes: they hold when any of the nodes makes them hold, as XPath has it."""

import pytest

from forms.expressions import Expression
from forms.nodes import Document, Env, Node
from forms.values import string
from tests.forms.kit import NOW
from tests.forms.table_kit import Draft, evaluate


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/r/x = 4", "true"),
        ("4 = /data/r/x", "true"),
        ("/data/r/x = 5", "false"),
        ("/data/r/x = '2'", "true"),
        ("/data/r/x != 1", "true"),
        ("/data/r/x > 3", "true"),
        ("/data/r/x > 4", "false"),
        ("/data/r/x >= 4", "true"),
        ("3 < /data/r/x", "true"),
        ("/data/r/x < 1", "false"),
        ("/data/r/x <= 1", "true"),
        ("not(/data/r/x = 4)", "false"),
        ("/data/r/x = /data/s/x", "true"),
        ("/data/r/x > /data/s/x", "false"),
        ("/data/s/x != /data/s/x", "true"),
        ("(/data/r/x)[1] = 4", "false"),
        ("/data/r[2]/x = 2", "true"),
        ("//x = 9", "true"),
        ("(/data/r | /data/s)/x = 9", "true"),
        ("count(/data/r[x = /data/s/x])", "1"),
    ],
)
def test_any_node_may_make_it_hold(expression: str, expected: str) -> None:
    assert evaluate(expression, "r/x=1|r/x=2|r/x=4|s/x=4|s/x=9") == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("/data/r/x = ''", "true"), ("/data/r/x != ''", "false"), ("/data/r/x > 0", "false"), ("/data/r = 1", "false")],
)
def test_a_path_that_leads_nowhere_is_an_empty_answer(expression: str, expected: str) -> None:
    assert evaluate(expression, "n=1") == expected


def test_rows_of_a_list_are_found_by_any_of_several_values() -> None:
    draft = Draft("r/x=b|r/x=d")
    root = Node("instance").add("root")
    for name in "abcde":
        root.add("item").add("name", text=name)
    assert root.parent
    lists = {"l": root.parent}
    draft.document = Document(draft.document.top, draft.document.by_path, lists, draft.document.repeats)
    chosen = Expression("join('', instance('l')/root/item[name = /data/r/x]/name)")
    assert string(chosen.evaluate(draft, "/data/q", Env(NOW))) == "bd"
