"""Choice files beside a form (.csv, .xml, .geojson), written into its XForm, so that the XForm stands alone."""

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.sax.saxutils import escape, quoteattr

from forms.problems import FormError, Problem
from forms.sheets import Sheet

_EXTERNAL = re.compile(r"""<instance\s+(?=[^>]*\bsrc=["']jr://(?P<kind>[\w-]+)/(?P<name>[^"']*)["'])[^>]*?/>""")
_ID = re.compile(r"""\bid=["']([^"']*)["']""")
_QUERY = re.compile(r"""\bquery=["']""")
ITEMSETS = "itemsets.csv"
# Larger files are no list that a person chooses from, and would be read again at every start.
MOST_BYTES = 5_000_000

Fields = Mapping[str, str]
# What reading a file of unknown content can raise.
BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, ParseError, csv.Error)


def inline(xform_xml: str, folder: Path, datasets: Collection[str] = ()) -> str:
    """`xform_xml` with the rows of the files in `folder` that it names. Raises FormError for each that is missing.

    `datasets`: entity lists that have no file, for reports make their rows; they are left open.
    """
    problems: list[Problem] = []

    def replaced(match: re.Match[str]) -> str:
        name = match["name"]
        if name.removesuffix(".csv") in datasets and not (folder / name).is_file():
            return match[0]
        try:
            content = _read(folder, match["kind"], name)
        except BROKEN as error:
            problems.append(Problem("file_unreadable", {"file": name, "detail": str(error)}, "survey"))
            return match[0]
        found = _ID.search(match[0])
        return f"<instance id={quoteattr(found[1] if found else name)}>{content}</instance>"

    inlined = _EXTERNAL.sub(replaced, _with_itemsets(xform_xml, folder, problems))
    if problems:
        raise FormError(problems)
    return inlined


def with_lists(xform_xml: str, external_choices: Sheet) -> str:
    """`xform_xml` with the lists of the sheet external_choices as instances, as a device finds them in itemsets.csv."""
    return _with_lists(xform_xml, (row.cells for row in external_choices.rows))


def _with_itemsets(xform_xml: str, folder: Path, problems: list[Problem]) -> str:
    """With the lists of itemsets.csv, which pyxform writes beside an XForm that has questions with a query."""
    if not _QUERY.search(xform_xml) or not (folder / ITEMSETS).is_file():
        return xform_xml
    try:
        return _with_lists(xform_xml, csv.DictReader(_text(folder, ITEMSETS).splitlines()))
    except BROKEN as error:
        problems.append(Problem("file_unreadable", {"file": ITEMSETS, "detail": str(error)}, "survey"))
        return xform_xml


def _with_lists(xform_xml: str, rows: Iterable[Fields]) -> str:
    lists: dict[str, list[Fields]] = {}
    for row in rows:
        lists.setdefault(row.get("list_name") or "", []).append(row)
    written = "".join(f"<instance id={quoteattr(name)}>{_items(rows)}</instance>" for name, rows in lists.items())
    before, end, after = xform_xml.partition("</instance>")
    return f"{before}{end}{written}{after}"


def _read(folder: Path, kind: str, name: str) -> str:
    if kind not in {"file", "file-csv"}:
        raise ValueError("answers of earlier reports are not kept on a device here")
    text = _text(folder, name)
    if Path(name).suffix == ".geojson":
        return _items(_features(json.loads(text)))
    return _items(csv.DictReader(text.splitlines())) if kind == "file-csv" else _tree(text)


def _text(folder: Path, name: str) -> str:
    path = folder / name
    if path.resolve().parent != folder.resolve() or not path.is_file():
        raise ValueError("it does not stand beside the form, and no form of the pack registers entities of this name")
    if path.stat().st_size > MOST_BYTES:
        raise ValueError(f"it is larger than {MOST_BYTES} bytes")
    return path.read_text(encoding="utf-8-sig")


def _items(rows: Iterable[Mapping[str, Any]]) -> str:
    return f"<root>{''.join(map(_item, rows))}</root>"


def _item(row: Mapping[str, Any]) -> str:
    cells = ((_tag(name), value) for name, value in row.items() if name and isinstance(value, str))
    return f"<item>{''.join(f'<{name}>{escape(value.strip())}</{name}>' for name, value in cells)}</item>"


def _tag(name: str) -> str:
    found = re.sub(r"[^\w.-]", "_", name.strip())
    return found if found and not found[0].isdigit() else f"_{found}"


def _tree(text: str) -> str:
    """The root of an XML file, names and texts only: what else a file may hold is no choice."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise ValueError("it has a document type declaration")
    return _copy(fromstring(text))  # noqa: S314 - no document type, so no entities


def _copy(element: Element) -> str:
    name = element.tag.rpartition("}")[2]
    return f"<{name}>{escape((element.text or '').strip())}{''.join(map(_copy, element))}</{name}>"


def _features(collection: dict[str, Any]) -> Iterator[Fields]:
    for feature in collection["features"]:
        fields = {name: str(value) for name, value in (feature.get("properties") or {}).items()}
        if "id" in feature:
            fields["id"] = str(feature["id"])
        yield {**fields, "geometry": _geometry(feature["geometry"])}


def _geometry(geometry: dict[str, Any]) -> str:
    """As ODK writes places: latitude first, while GeoJSON has longitude first."""
    found = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        found = found[0]
    points = [found] if geometry["type"] == "Point" else found
    return "; ".join(f"{point[1]} {point[0]} 0 0" for point in points)
