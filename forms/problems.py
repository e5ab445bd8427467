"""What can be wrong with a form, in one catalogue of stable codes.

An office clerk reads these beside the spreadsheet, so every problem names the sheet, the row and, where there is one,
the column. The English sentence is also the msgid under which a translator finds the Vietnamese one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "unreadable": "the file cannot be read as a form: {detail}",
        "no_survey": "the workbook has no sheet named survey",
        "no_questions": "the survey has no questions",
        "pyxform": "{detail}",
        "type_missing": "the type is missing",
        "type_refused": "questions of the type “{type}” cannot be asked here",
        "choice_list_missing": "the type “{type}” names no choice list",
        "choice_list_unknown": "the choices sheet has no list “{list}”",
        "choice_name_missing": "the choice has no name",
        "choice_twice": "the list “{list}” has the choice “{name}” already in row {other}",
        "name_missing": "the name is missing",
        "name_invalid": "the name “{name}” must start with a letter or _ and go on with letters, digits, _, - or .",
        "label_missing": "the label is missing",
        "reference_unknown": "the column “{column}” refers to ${{{name}}}, which is no name in the survey",
        "sheet_refused": "the sheet “{sheet}” cannot be used here",
        "column_refused": "the column “{column}” cannot be used here",
        "duplicate_name": "the name “{name}” is already used in row {other}",
        "expression": "the column “{column}” has an expression that cannot be read: {detail}",
        "unknown_path": "the column “{column}” of “{name}” refers to {path}, which is not in the form",
        "instance_unknown": "the column “{column}” of “{name}” looks into “{instance}”, which is no list of the form",
        "file_unreadable": "the choices in the file “{file}” cannot be read: {detail}",
        "duplicate_column": "the column “{column}” stands twice",
        "cycle": "these depend on each other in a circle: {names}",
        "default": "the default “{value}” is not a valid value of the type “{type}”",
        "nested": "groups are nested more than {most} deep",
        "range": "the range of “{name}” must have numbers as start, end and step, not “{value}”",
        "indicator_id": "the indicator “{indicator}” must be lower-case letters, digits and _, starting with a letter",
        "indicator_type": "an indicator must stand on an integer, decimal or calculate, not on “{type}”",
        "indicator_twice": "the indicator “{indicator}” is already used in row {other}",
        "audience": "the audience must be empty, leaders or news, not “{audience}”",
        "same_value": "the column same must be empty, yes or no, not “{same}”",
        "same_type": "same=yes must stand on what names a thing: a text, barcode or select_one, not “{type}”",
        "take_value": "the column take must be empty, add or last, beside an indicator, not “{take}”",
        "urgent_value": "the column urgent must be empty, yes or no, not “{urgent}”",
        "urgent_audience": "urgent=yes tells leaders only, so the audience must be leaders",
        "media_missing": "the file “{file}” is neither beside the form nor in the folder media or {folder}",
        "media_large": "the file “{file}” is larger than {limit} MB",
        "media_kind": "the file “{file}” does not end as a {kind} does here: {endings}",
        "media_content": "the file “{file}” holds no {kind} that can be shown",
        "media_computed": "the column “{column}” must name one file; “{cell}” depends on answers",
        "kind_changed": "reports have answered “{name}” as {old}: it cannot become {new}, so give this one a new name",
        "moved_into_repeat": "reports have answered “{name}” once: to ask it for each “{repeat}”, give it a new name",
        "moved_out_of_repeat": "reports have answered “{name}” for each “{repeat}”: to ask it elsewhere, give it a new "
        "name",
        "indicator_removed": "reports add up in the indicator “{indicator}”: keep the row of “{name}” with it, and if "
        "it is to be asked no more, write false() in the column relevant",
        "indicator_moved": "reports of “{old}” add up in the indicator “{indicator}”: give “{name}” a new indicator "
        "name, and keep the row of “{old}” with this one",
        "indicator_unit": "reports add up in the indicator “{indicator}” in {old}, so it cannot go on in {new}: keep "
        "this row as it was (with false() in the column relevant it is asked no more), and add a row with a new name "
        "and a new indicator name",
        "slow": "“{name}” takes more than {seconds} seconds to be worked out: make its expressions simpler",
        "slow_form": "the form takes more than {seconds} seconds to be opened: leave away what is not needed, or make "
        "two of it",
        "control_refused": "“{name}” uses {control}, which cannot be used here",
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. `row` is as in the spreadsheet (the header is row 1); 0 and "" mean unknown."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0

    @property
    def msgid(self) -> str:
        """The English sentence with its {placeholders}, for a translator; fill it with `params`."""
        return MESSAGES[self.code]

    @property
    def message(self) -> str:
        return self.msgid.format_map(self.params)

    def __str__(self) -> str:
        place = ", ".join(part for part in (self.sheet, f"row {self.row}" if self.row else "") if part)
        return f"{place}: {self.message}" if place else self.message


class FormError(ValueError):
    """A form that cannot be used; `problems` are all that were found, in the order of the sheets."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))
