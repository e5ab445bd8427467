"""What of XLSForm a caller can put to a person. A form that asks for more is refused when it is loaded.

The engine itself can do all of `WHOLE`. The conversation grows kind by kind: widen `CHAT` when it can ask one more.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from forms.kinds import UNSEEN, Kind
from forms.model import Form
from forms.problems import Problem

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


@dataclass(frozen=True, slots=True)
class Reach:
    """`files`: choices from files and sheets beside the survey; `or_other`: the choice “other”, with a text to follow.

    `columns` and `sheets` are those refused: columns by sheet. `any_type`: types not named above are left to pyxform.
    """

    kinds: frozenset[Kind]
    columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    files: bool = True
    or_other: bool = True
    any_type: bool = True

    @property
    def types(self) -> frozenset[str]:
        """The types of the survey sheet within reach, selects apart."""
        return frozenset(name for kind, names in TYPES.items() if kind in self.kinds for name in names)


WHOLE = Reach(
    frozenset(Kind),
    columns=MappingProxyType({"survey": frozenset({"intent"}), "settings": frozenset({"public_key"})}),
    sheets=("osm",),
)

_MEDIA = frozenset({"image", "big_image", "audio", "video", "media"})
CHAT = Reach(
    frozenset(
        {
            Kind.INTEGER, Kind.DECIMAL, Kind.TEXT, Kind.NOTE, Kind.SELECT_ONE, Kind.SELECT_MULTIPLE, Kind.DATE,
            Kind.TIME, Kind.IMAGE, Kind.CALCULATE,
        }
    ),
    columns=MappingProxyType(
        {
            "survey": _MEDIA
            | {"repeat_count", "count", "save_to", "parameters", "autoplay", "intent", "rows"}
            | {"accuracythreshold", "body", "bind", "instance", "query", "compact_tag"},
            "choices": _MEDIA,
            "settings": frozenset(
                {"public_key", "submission_url", "auto_send", "auto_delete", "instance_name", "prefix"}
            ),
        }
    ),
    sheets=("entities", "external_choices", "osm"),
    files=False,
    or_other=False,
    any_type=False,
)  # fmt: skip


def beyond(form: Form, reach: Reach) -> Iterator[Problem]:
    """What in `form` is out of reach: the last word, also for a raw XForm, which has no sheets to check."""
    for question in form.questions:
        if question.kind not in reach.kinds:
            yield _refused(question.name, question.kind)
        if question.calculate and question.readonly is None and question.kind not in UNSEEN and not reach.any_type:
            yield Problem("calculation_asked", {"name": question.name}, sheet="survey")
    if Kind.REPEAT not in reach.kinds:
        yield from (_refused(group.name, Kind.REPEAT) for group in form.groups.values() if group.repeat is not None)
    yield from (_refused(*found) for found in _features(form, reach.columns.get("survey", frozenset()), reach.sheets))


def _features(form: Form, columns: frozenset[str], sheets: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if "media" in columns:
        shown = (question for question in form.questions if question.media or any(i.media for i in question.items))
        yield from ((question.name, "media") for question in shown)
    if "entities" in sheets and form.entities:
        yield form.entities[0].dataset, "entities"


def _refused(name: str, control: str) -> Problem:
    return Problem("control_refused", {"name": name, "control": control}, sheet="survey")
