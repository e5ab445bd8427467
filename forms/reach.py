"""What of XLSForm is asked, and what is refused: types, columns by sheet, and sheets. `docs/xlsform.md` tells why."""

from collections.abc import Mapping
from types import MappingProxyType

from forms.kinds import Kind

# Types of the survey sheet by the kind of question that they make. Selects are read by their own pattern.
TYPES: Mapping[Kind, frozenset[str]] = MappingProxyType(
    {
        Kind.INTEGER: frozenset({"integer", "int"}),
        Kind.DECIMAL: frozenset({"decimal"}),
        Kind.RANGE: frozenset({"range"}),
        Kind.TEXT: frozenset({"text", "string"}),
        Kind.NOTE: frozenset({"note"}),
        Kind.DATE: frozenset({"date"}),
        Kind.TIME: frozenset({"time"}),
        Kind.DATETIME: frozenset({"dateTime", "datetime"}),
        Kind.GEOPOINT: frozenset({"geopoint", "gps", "location"}),
        Kind.GEOTRACE: frozenset({"geotrace"}),
        Kind.GEOSHAPE: frozenset({"geoshape"}),
        Kind.IMAGE: frozenset({"image", "photo"}),
        Kind.AUDIO: frozenset({"audio"}),
        Kind.VIDEO: frozenset({"video"}),
        Kind.FILE: frozenset({"file"}),
        Kind.BARCODE: frozenset({"barcode"}),
        Kind.ACKNOWLEDGE: frozenset({"acknowledge", "trigger"}),
        Kind.REPEAT: frozenset({"begin repeat", "begin_repeat", "end repeat", "end_repeat"}),
        Kind.CALCULATE: frozenset({"calculate", "hidden"}),
        Kind.METADATA: frozenset({"start", "end", "today", "deviceid", "username", "email", "phonenumber"}),
    }
)
# What no part of the house does: recordings behind a person's back, and what needs a device.
NEVER = frozenset({"audit", "background-audio", "start-geopoint", "background-geopoint", "osm"})
COLUMNS: Mapping[str, frozenset[str]] = MappingProxyType(
    {"survey": frozenset({"intent"}), "settings": frozenset({"public_key"})}
)
SHEETS = ("osm",)
