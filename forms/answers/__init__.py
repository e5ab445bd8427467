"""Typed Vietnamese (and English) -> values. Every reader takes any text, never raises, and never guesses."""

from forms.answers.agreement import YES, read_yes
from forms.answers.choices import Option, read_choice, read_choices
from forms.answers.counts import read_decimal, read_integer
from forms.answers.dates import read_date
from forms.answers.moments import read_datetime
from forms.answers.money import read_money
from forms.answers.months import read_month, read_year
from forms.answers.percents import read_percent
from forms.answers.places import LONGEST_PLACE, LONGEST_PLACES, read_place, read_places
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
    "LONGEST_ANSWER", "LONGEST_PLACE", "LONGEST_PLACES", "YES",
    "Mark", "Option", "Reading", "Reason", "Rejected", "Understood", "Unsure", "Value",
    "read_choice", "read_choices", "read_date", "read_datetime", "read_decimal", "read_integer", "read_money",
    "read_month", "read_percent", "read_place", "read_places", "read_time", "read_year", "read_yes", "unaccent",
]  # fmt: skip
