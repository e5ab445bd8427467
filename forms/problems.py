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
        "type_refused": "questions of the type “{type}” are not supported yet",
        "choice_list_missing": "the type “{type}” names no choice list",
        "choice_list_unknown": "the choices sheet has no list “{list}”",
        "choice_name_missing": "the choice has no name",
        "choice_twice": "the list “{list}” has the choice “{name}” already in row {other}",
        "name_missing": "the name is missing",
        "name_invalid": "the name “{name}” must start with a letter or _ and go on with letters, digits, _, - or .",
        "label_missing": "the label is missing",
        "reference_unknown": "the column “{column}” refers to ${{{name}}}, which is no name in the survey",
        "sheet_refused": "the sheet “{sheet}” is not supported yet",
        "column_refused": "the column “{column}” is not supported yet",
        "duplicate_name": "the name “{name}” is already used in row {other}",
        "expression": "the column “{column}” has an expression that cannot be read: {detail}",
        "unknown_path": "the column “{column}” of “{name}” refers to {path}, which is not in the form",
        "instance_unknown": "the column “{column}” of “{name}” looks into “{instance}”, which is no list of the form",
        "file_unreadable": "the choices in the file “{file}” cannot be read: {detail}",
        "duplicate_column": "the column “{column}” stands twice",
        "cycle": "these depend on each other in a circle: {names}",
        "default": "the default “{value}” is not a valid value of the type “{type}”",
        "indicator_id": "the indicator “{indicator}” must be lower-case letters, digits and _, starting with a letter",
        "indicator_type": "an indicator must stand on an integer, decimal or calculate, not on “{type}”",
        "indicator_twice": "the indicator “{indicator}” is already used in row {other}",
        "audience": "the audience must be empty, leaders or news, not “{audience}”",
        "calculation_asked": "a calculation on a question needs read_only: yes, or the type calculate",
        "control_refused": "“{name}” uses {control}, which is not supported yet",
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
