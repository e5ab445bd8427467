"""Which kind of question a control and its bind make."""

from collections.abc import Mapping
from types import MappingProxyType
from xml.etree.ElementTree import Element

from forms.body import ODK
from forms.kinds import Kind
from forms.preloads import AT_FIRST, AT_LAST
from forms.texts import XF

JR = "{http://openrosa.org/javarosa}"

INPUTS: Mapping[str, Kind] = MappingProxyType(
    {
        "string": Kind.TEXT, "int": Kind.INTEGER, "integer": Kind.INTEGER, "long": Kind.INTEGER,
        "decimal": Kind.DECIMAL, "double": Kind.DECIMAL, "date": Kind.DATE, "time": Kind.TIME,
        "dateTime": Kind.DATETIME, "geopoint": Kind.GEOPOINT, "geotrace": Kind.GEOTRACE, "geoshape": Kind.GEOSHAPE,
        "barcode": Kind.BARCODE, "datetime": Kind.DATETIME, "note": Kind.TEXT,
    }
)  # fmt: skip
CALCULATED = frozenset({*INPUTS, "boolean", "select", "select1", "rank", "intent", "binary"} - {"barcode"})
UPLOADS: Mapping[str, Kind] = MappingProxyType({"image": Kind.IMAGE, "audio": Kind.AUDIO, "video": Kind.VIDEO})
CONTROLS: Mapping[str, Kind] = MappingProxyType(
    {
        "select1": Kind.SELECT_ONE,
        "select": Kind.SELECT_MULTIPLE,
        f"{ODK}rank": Kind.RANK,
        "range": Kind.RANGE,
        "trigger": Kind.ACKNOWLEDGE,
    }
)
# Of a range.
LIMITS = ("start", "end", "step")
# Attributes of a control that say how it is asked.
PARAMETERS = (*LIMITS, "rows", "accuracyThreshold", "unacceptableAccuracyThreshold", "mediatype")


def datatype(bind: Mapping[str, str]) -> str:
    return bind.get("type", "string").rpartition(":")[2]


def kind_of(control: Element | None, bind: Mapping[str, str]) -> Kind | str:
    """The kind of the question, or the name of what stands in the way."""
    if control is None:
        return _unseen(bind)
    tag, found = control.tag.removeprefix(XF), datatype(bind)
    if tag in CONTROLS:
        return CONTROLS[tag]
    if tag == "upload":
        return _upload(control.get("mediatype", ""))
    if tag != "input" or found not in INPUTS or "intent" in control.attrib:
        return found if tag == "input" else tag
    if "query" in control.attrib:
        return Kind.SELECT_ONE
    is_note = found in {"string", "note"} and bind.get("readonly") == "true()" and "calculate" not in bind
    return Kind.NOTE if is_note else INPUTS[found]


def _upload(mediatype: str) -> Kind | str:
    family = mediatype.partition("/")[0]
    return "osm" if family == "osm" else UPLOADS.get(family, Kind.FILE)


def _unseen(bind: Mapping[str, str]) -> Kind | str:
    found = datatype(bind)
    if preload := preload_of(bind):
        known = preload in AT_FIRST or preload == AT_LAST
        return Kind.METADATA if known else bind.get(f"{JR}preloadParams") or preload[0]
    return Kind.CALCULATE if found in CALCULATED else found


def preload_of(bind: Mapping[str, str]) -> tuple[str, str] | None:
    """What a metadata row is filled with, as (jr:preload, jr:preloadParams), by the names that `preloads` has."""
    if f"{JR}preload" not in bind:
        return None
    preload = bind[f"{JR}preload"].strip().lower()
    params = bind.get(f"{JR}preloadParams", "").removeprefix("uri:").replace(" ", "").lower()
    return "property" if preload == "context" else preload, "" if preload == "uid" else params


def parameters_of(control: Element | None) -> dict[str, str]:
    if control is None:
        return {}
    return {name: control.attrib[name] for name in PARAMETERS if name in control.attrib}
