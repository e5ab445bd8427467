"""Expressions: paths to answers, what they read, and what cannot be read."""

import pytest

from forms.expressions import Expression, ExpressionError
from forms.nodes import Env
from forms.values import Value, string
from tests.forms.expressing import Draft, shown
from tests.forms.kit import NOW


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(/data/g/*)", "4"),
        ("sum(/data/nowhere)", "0"),
        ("min(/data/g/*)", "1"),
        ("max(/data/g/x, /data/g/z, 2)", "3"),
        ("max(/data/g/y)", ""),
        ("count(/data/g/*)", "3"),
        ("count-non-empty(/data/g/*)", "2"),
        ("count(/data/g/x | /data/g/z | /data/g/x)", "2"),
        ("count(//x)", "1"),
        ("count(/data//x)", "1"),
        ("join('-', ../g//*)", "1--3"),
        ("count(/data/*[. > 4])", "3"),
        ("/data/g/*[2]", ""),
        ("/data/g/*[position() = 3]", "3"),
        ("/data/g/*[last()]", "3"),
        ("(/data/g/*)[1]", "1"),
        ("../half", "2.5"),
        ("./../g/x", "1"),
        ("current()/../half", "2.5"),
        ("../g/child::x", "1"),
        ("../g/x/parent::g/z", "3"),
        ("self::n", "5"),
        ("self::other", ""),
        ("../g/x/../z", "3"),
        ("position(..)", "1"),
        ("instance('units')/root/item[name = 'u2']/label", "Unit two"),
        ("instance('units')/root/item[size = /data/n]/name", "u2"),
        ("instance('units')/root/item[size = current()/../n]/name", "u2"),
        ("sum(instance('units')/root/item/size)", "8"),
        ("count(randomize(instance('units')/root/item))", "2"),
        ("instance('nothing')/root/item", ""),
    ],
)
def test_paths(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_names_may_look_like_functions_and_operators() -> None:
    for path in ("/data/count", "/data/if", "/data/div", "/data/date/text", "/data/thôn", "/data/a-b.c"):
        assert Expression(f"{path} = ''").references == {path}


def test_chance_comes_from_the_seed() -> None:
    def drawn(text: str, seed: str, at: str = "/data/n") -> Value:
        return Expression(text).evaluate(Draft(), at, Env(NOW, seed=seed))

    for text in ("random()", "uuid()", "uuid(8)"):
        assert drawn(text, "1") == drawn(text, "1")
        assert drawn(text, "1") != drawn(text, "2")
        assert drawn(text, "1") != drawn(text, "1", "/data/g/x")
    assert len(string(drawn("uuid(8)", "1"))) == 8
    assert string(drawn("uuid()", "1"))[14] == "4"


@pytest.mark.parametrize(
    ("text", "references"),
    [
        (". > 1", {"."}),
        ("/data/a + sum(/data/g/*)", {"/data/a", "/data/g/*"}),
        ("../x = ''", {"../x"}),
        ("//x", {"//x"}),
        ("instance('u')/root/item[name = /data/a and size = current()/../b]/label", {"/data/a", "./../b"}),
        ("(/data/a)[1]", {"/data/a"}),
        ("jr:choice-name(/data/a, '/data/q')", {"/data/a"}),
    ],
)
def test_what_it_reads(text: str, references: set[str]) -> None:
    assert Expression(text).references == references


def test_a_filter_reads_only_what_is_outside_the_choice() -> None:
    chosen = Expression("kind = /data/a and selected(/data/b, name)", on_items=True)
    assert chosen.references == {"/data/a", "/data/b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("1 +", "unexpected end of source"),
        ("1 = 2 = 3", "unexpected '=' operator"),
        ("selected(/data/a)", "Too few arguments"),
        ("today(1)", "has no arguments"),
        ("pulldata('a', 'b', 'c')", "Too few arguments"),
        ("indexed-repeat(/data/a, /data/b)", "Too few arguments"),
        ("indexed-repeat(/data/a, /data/b, 1, 2)", "a repeat and an index for each level"),
        ("indexed-repeat(1, /data/b, 1)", "takes paths"),
        ("lang('vi')", "lang() is not supported"),
        ("xx:itext('a')", "prefix 'xx' is not declared"),
        ("jr:selected('a', 'b')", "jr:selected"),
        ("$x", "$x is not supported"),
        ("@x", "@x is not supported"),
        ("/data/a/following-sibling::b", "following-sibling::b is not supported"),
        ("'open", "unknown symbol"),
        ("((((", "unexpected end"),
        ("(" * 2000 + "1" + ")" * 2000, "nested too deeply"),
        ("1 +" * 7000 + "1", "longer than 20000"),
        ("-" * 3000 + "1", "nested too deeply"),
        ("regex(., '(')", "the regular expression “(” cannot be used"),
        ("regex(., 'a{99999999999}')", "cannot be used"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, reason: str) -> None:
    with pytest.raises(ExpressionError) as error:
        Expression(text)
    assert reason in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" + ".join(["/data/n"] * 2000), "10000"),
        (" - ".join(["/data/n"] * 700), "-3490"),
        ("2 + 10 - 3 * 4 + 2 * 5 div 4 - 7 mod 4", "-0.5"),
        (" and ".join(["1"] * 2000), "true"),
        (" or ".join(["/data/empty"] * 1000), "false"),
        ("1 = 2 and 1 div 0 or 3 = 3 and 1 or 0", "true"),
        ("0 or 1 and 0 or 0", "false"),
        (f"count({' | '.join(['/data/g/*'] * 1000)})", "3"),
        (f"count(instance('units')/root/item[name = 'u2'{' and 1' * 2000}])", "1"),
    ],
)
def test_what_is_only_long_is_no_deep_nesting(text: str, expected: str) -> None:
    assert shown(text) == expected
