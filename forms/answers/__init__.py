"""Typed Vietnamese (and English) -> values. Every reader takes any text, never raises, and never guesses."""

from forms.answers.choices import Option, read_choice, read_choices
from forms.answers.counts import read_decimal, read_integer
from forms.answers.dates import read_date
from forms.answers.money import read_money
from forms.answers.percents import read_percent
from forms.answers.reading import (
    LONGEST_ANSWER,
    Mark,
    Reading,
    Reason,
    Rejected,
    Understood,
    Unsure,
    Value,
)
from forms.answers.spelling import unaccent
from forms.answers.times import read_time

__all__ = [
    "LONGEST_ANSWER", "Mark", "Option", "Reading", "Reason", "Rejected", "Understood", "Unsure", "Value",
    "read_choice", "read_choices", "read_date", "read_decimal", "read_integer", "read_money", "read_percent",
    "read_time", "unaccent",
]  # fmt: skip
