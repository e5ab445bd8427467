"""ODK XPath: what expressions give, as tables."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import ClassVar

import pytest

from forms.expressions import Expression, ExpressionError
from forms.nodes import Document, Env, Node
from forms.values import Value, string
from tests.forms.kit import NOW


class Draft:
    """A draft with the answers of the tables below; a name that is not here is an empty answer."""

    answers: ClassVar[dict[str, Value]] = {
        "/data/n": Decimal(5),
        "/data/half": Decimal("2.5"),
        "/data/text": "Xã Một",
        "/data/digits": "12",
        "/data/many": "a b c",
        "/data/yes": True,
        "/data/day": date(2022, 12, 16),
        "/data/at": time(18, 0),
        "/data/g/x": Decimal(1),
        "/data/g/y": "",
        "/data/g/z": Decimal(3),
    }

    def __init__(self) -> None:
        top = Node("")
        data = top.add("data", "/data")
        nodes = {"/data": data}
        for path in ("/data/empty", *self.answers):
            parent, _, name = path.rpartition("/")
            if parent not in nodes:
                nodes[parent] = data.add(parent.rpartition("/")[2], parent)
            nodes[path] = nodes[parent].add(name, path)
        self.document = Document(top, nodes, {"units": self.units()})

    def units(self) -> Node:
        start = Node("instance")
        root = start.add("root")
        for name, label, size in (("u1", "Unit one", "3"), ("u2", "Unit two", "5")):
            item = root.add("item")
            for field, value in (("name", name), ("label", label), ("size", size)):
                item.add(field, text=value)
        return start

    def value(self, path: str) -> Value:
        return self.answers.get(path, "")

    def relevant(self, path: str) -> bool:
        return True

    def choice_label(self, path: str, value: str) -> str:
        return f"{path}={value}"

    def itext(self, text_id: str) -> str:
        return f"text {text_id}"


def evaluate(text: str, at: str = "/data/n", language: str = "vi") -> Value:
    return Expression(text).evaluate(Draft(), at, Env(NOW, language, "draft-1"))


def shown(text: str) -> str:
    return string(evaluate(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("0.1 + 0.2", "0.3"),
        ("7 div 2", "3.5"),
        ("7 mod 3", "1"),
        ("-7 mod 3", "-1"),
        ("- /data/n", "-5"),
        ("1 div 3", "0.333333333333333"),
        ("1 div 0", ""),
        ("5 mod 0", ""),
        ("/data/n - 1", "4"),
        ("/data/digits + 1", "13"),
        ("/data/empty + 1", ""),
        ("/data/text * 2", ""),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(2.345, 2)", "2.35"),
        ("round(1234, -2)", "1200"),
        ("round(/data/empty)", ""),
        ("int(2.9)", "2"),
        ("int(-2.9)", "-2"),
        ("int('2.9')", "2"),
        ("pow(2, 10)", "1024"),
        ("pow(10, 999999)", ""),
        ("abs(-3)", "3"),
        ("sqrt(16)", "4"),
        ("sqrt(-1)", ""),
        ("log10(1000)", "3"),
        ("sin(0) + cos(0) + tan(0) + atan2(0, 1) + asin(0) + acos(1) + atan(0)", "1"),
        ("round(exp(1) + pi() + log(10) + exp10(2), 3)", "108.162"),
        ("acos(2)", ""),
        ("number('x')", ""),
        ("number(true())", "1"),
        ("1000000 * 1000000", "1000000000000"),
    ],
)
def test_numbers(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/data/n = 5", True),
        ("/data/n = '5'", True),
        ("/data/n != 5", False),
        ("/data/digits = 12", True),
        ("/data/digits = '12.0'", False),
        ("/data/empty = ''", True),
        ("/data/empty = 0", False),
        ("/data/empty != 0", True),
        ("/data/empty < 1", False),
        ("/data/empty >= 0", False),
        ("/data/text > 1", False),
        ("/data/half >= 2.5 and /data/half < 3", True),
        ("/data/n > 9 or /data/n = 5", True),
        ("not(/data/n > 9)", True),
        ("/data/n", True),
        ("/data/empty", False),
        ("/data/g/y or false()", False),
        ("boolean('false')", True),
        ("boolean-from-string('false')", False),
        ("boolean-from-string('1')", True),
        ("/data/yes = true()", True),
        ("/data/yes = 1", True),
        ("true() = 'x'", True),
        (". = 5", True),
        (". >= 0 and . <= 5", True),
    ],
)
def test_conditions(text: str, expected: bool) -> None:
    assert Expression(text).true(Draft(), "/data/n", Env(NOW)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("concat('a', /data/n, 'b')", "a5b"),
        ("concat(/data/g/*)", "13"),
        ("join(', ', /data/n, /data/text)", "5, Xã Một"),
        ("join('-', /data/g/*)", "1--3"),
        ("string(/data/half)", "2.5"),
        ("string()", "5"),
        ("string(1 = 1)", "true"),
        ("string-length(/data/text)", "6"),
        ("string-length()", "1"),
        ("normalize-space('  a   b ')", "a b"),
        ("substr('abcdef', 1, 3)", "bc"),
        ("substr('abcdef', 4)", "ef"),
        ("substr('abcdef', -2)", "ef"),
        ("substring-before('a=b', '=')", "a"),
        ("substring-before('a=b', '#')", ""),
        ("substring-after('a=b=c', '=')", "b=c"),
        ("substring-after('abc', '')", "abc"),
        ("translate('abcab', 'ab', 'x')", "xcx"),
        ("contains(/data/text, 'Một')", "true"),
        ("starts-with(/data/text, 'Xã')", "true"),
        ("ends-with(/data/text, 'Hai')", "false"),
        ("regex(/data/digits, '[0-9]+')", "true"),
        ("regex(/data/digits, '[0-9]')", "false"),
        ("regex(/data/digits, concat('(', /data/empty))", "false"),
        ("if(/data/n > 1, 'many', 'one')", "many"),
        ("if(/data/empty > 1, 'many', 'one')", "one"),
        ("coalesce(/data/empty, /data/n)", "5"),
        ("coalesce(/data/n, 1)", "5"),
        ("coalesce(/data/empty + 1, 'none')", "none"),
        ("once('new')", "5"),
        ("jr:itext('a')", "text a"),
        ("'it''s'", "it's"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("selected(/data/many, 'b')", "true"),
        ("selected(/data/many, 'd')", "false"),
        ("selected(/data/many, '')", "false"),
        ("selected(/data/empty, '')", "true"),
        ("selected-at(/data/many, 2)", "c"),
        ("selected-at(/data/many, 3)", ""),
        ("selected-at(/data/many, -1)", ""),
        ("count-selected(/data/many)", "3"),
        ("count-selected(/data/empty)", "0"),
        ("jr:choice-name('a', ' /data/many ')", "/data/many=a"),
        ("jr:choice-name(selected-at(/data/many, 1), '/data/many')", "/data/many=b"),
        ("checklist(1, 2, 'true', 1, 0, /data/empty)", "true"),
        ("checklist(3, -1, 'true', 1, 0)", "false"),
        ("checklist('x', 2, 1)", "false"),
        ("checklist(-1, 1, 1, 1)", "false"),
        ("checklist(1, -1, 1, 1)", "true"),
        ("checklist(2, 2, 1, 1)", "true"),
        ("weighted-checklist(3, 5, 1, 2, 'true', 3, 0, 9)", "true"),
        ("weighted-checklist(6, -1, 1, 2, 'true', 3)", "false"),
    ],
)
def test_choices(text: str, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today()", "2022-12-16"),
        ("now()", "2022-12-16T09:41:00.000+07:00"),
        ("/data/day = today()", "true"),
        ("/data/day <= now()", "true"),
        ("/data/day > '2022-12-15'", "true"),
        ("/data/day = '2022-12-16'", "true"),
        ("today() - 7", "19335"),
        ("date(today() - 7)", "2022-12-09"),
        ("date('2022-12-16') - date('2022-11-16')", "30"),
        ("date('2022-02-30')", ""),
        ("date(now())", "2022-12-16"),
        ("date(1 div 0)", ""),
        ("date(99999999999)", ""),
        ("date-time('2022-12-16')", "2022-12-16"),
        ("decimal-date-time('1970-01-02')", "1"),
        ("decimal-date-time('1970-01-01T12:00:00.000')", "0.5"),
        ("decimal-date-time('soon')", ""),
        ("decimal-time(/data/at)", "0.75"),
        ("decimal-time('06:00')", "0.25"),
        ("decimal-time('early')", ""),
        ("/data/at > '17:00'", "false"),
        ("/data/at", "18:00"),
        ("format-date(/data/day, '%d/%m/%Y %e %n %y')", "16/12/2022 16 12 22"),
        ("format-date-time(now(), '%H:%M:%S.%3 %h')", "09:41:00.000 9"),
        ("format-date(/data/empty, '%d')", ""),
        ("format-date('2022-12-16', '%a %b')", "Th 6 thg 12"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert shown(text) == expected


def test_month_names_follow_the_language() -> None:
    assert evaluate("format-date('2022-12-16', '%a %b')", language="en") == "Fri Dec"
    assert evaluate("format-date('2022-12-16', '%b')", language="not a language") == "Dec"


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


def test_datetimes_count_in_days_of_the_wall_clock() -> None:
    assert evaluate("round((now() - today()) * 24 * 60, 6)") == 9 * 60 + 41
    assert isinstance(evaluate("now()"), datetime)
