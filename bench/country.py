"""The form of the benchmark: 200 questions, among them three cascades down to 3,321 communes and a list from a file."""

import csv
from pathlib import Path

from forms.model import Form
from forms.xform import parse
from forms.xlsform import read_workbook

UNITS = Path(__file__).parent.parent / "campaigns" / "vn_units_2025.csv"
PARTS = 12
CASCADES = 3
HEAD = "| | type | name | label | relevant | constraint | calculation | choice_filter | required |"


def _row(*cells: str) -> str:
    return "| | " + " | ".join([*cells, *[""] * (8 - len(cells))]) + " |"


def _part(number: int) -> list[str]:
    """One activity: eleven numbers in a chain, texts, choices, and what they come to."""
    name = f"p{number}"
    figures = [f"{name}_n{place}" for place in range(11)]
    rows = [_row("begin_group", name, f"Part {number}", f"selected(${{what}}, 'a{number}')")]
    for before, figure in zip([None, *figures], figures, strict=False):
        relevant = f"coalesce(${{{before}}}, 1) >= 0" if before else ""
        rows.append(_row("integer", figure, f"How many of {figure}?", relevant, ". >= 0 and . <= 100000"))
    rows += [_row("text", f"{name}_t{place}", f"Which, {place}?", f"${{{figures[0]}}} > 0") for place in range(2)]
    rows.append(_row("select_one done", f"{name}_done", "Was it done?"))
    rows.append(_row("select_multiple means", f"{name}_means", "By what means?", f"${{{name}_done}} != 'no'"))
    total = " + ".join(f"coalesce(${{{figure}}}, 0)" for figure in figures)
    rows += [_row("calculate", f"{name}_sum", "", "", "", total)]
    rows += [_row("note", f"{name}_note", f"That makes ${{{name}_sum}}.", f"${{{name}_sum}} > 0"), _row("end_group")]
    return rows


def _cascade(number: int) -> list[str]:
    return [
        _row("select_one province", f"province{number}", f"Province {number}"),
        _row(
            "select_one commune", f"commune{number}", f"Commune {number}", "", "", "", f"province=${{province{number}}}"
        ),
    ]


def workbook(units: list[dict[str, str]]) -> str:
    """The form in Markdown."""
    survey = ["| survey |", HEAD, _row("select_multiple what", "what", "What took place?", *[""] * 4, "yes")]
    survey += [row for number in range(CASCADES) for row in _cascade(number)]
    survey += [_row("select_one_from_file communes.csv", "anywhere", "Which commune of all?")]
    survey += [row for number in range(PARTS) for row in _part(number)]
    sums = " + ".join(f"coalesce(${{p{number}_sum}}, 0)" for number in range(PARTS))
    survey += [_row("calculate", "grand", "", "", "", sums), _row("text", "last", "Anything else about ${grand}?")]
    survey += [_row("integer", f"extra{number}", f"Extra {number}?", "${grand} > 0") for number in range(11)]
    choices = ["| choices |", "| | list_name | name | label | province |"]
    choices += [f"| | what | a{number} | Activity {number} | |" for number in range(PARTS)]
    choices += [f"| | done | {name} | {name.title()} | |" for name in ("yes", "no", "partly")]
    choices += [f"| | means | m{number} | Means {number} | |" for number in range(6)]
    provinces = {unit["province_code"]: unit["province_name"] for unit in units}
    choices += [f"| | province | {code} | {name} | |" for code, name in provinces.items()]
    choices += [f"| | commune | {u['code']} | {u['name']} | {u['province_code']} |" for u in units]
    return "\n".join([*survey, *choices])


def build(folder: Path) -> tuple[Form, str]:
    """The form, read from a workbook and a file of choices that are written into `folder`; and its XForm."""
    with UNITS.open(encoding="utf-8") as file:
        units = list(csv.DictReader(file))
    with (folder / "communes.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("name", "label"))
        writer.writerows((unit["code"], f"{unit['name']} ({unit['province_name']})") for unit in units)
    path = folder / "country.md"
    path.write_text(workbook(units), encoding="utf-8")
    book = read_workbook(path)
    return parse(book.xform_xml, book.columns), book.xform_xml
