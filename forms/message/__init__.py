"""A whole report in one message: typed text → what it says about the questions of a form."""

from forms.message.filling import Chosen, Doubt, Filled, Filling, Unclear
from forms.message.labels import template_questions
from forms.message.reader import LONGEST_MESSAGE, read_message
from forms.message.template import template

__all__ = [
    "LONGEST_MESSAGE", "Chosen", "Doubt", "Filled", "Filling", "Unclear", "read_message", "template",
    "template_questions",
]  # fmt: skip
