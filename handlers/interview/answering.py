"""An answer as it comes: typed, tapped, or sent as a picture, a file or a place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from forms import answers
from forms.answers import Reading, Reason, Rejected, Understood
from forms.geography import clean_place
from forms.interview import Interview
from forms.kinds import MEDIA, SELECTS, Kind
from forms.model import Question
from handlers.events import Incoming, Location
from handlers.interview import choosing
from handlers.interview.readings import Doubt, NoAnswer, Value
from handlers.values import marked, quantity, value_text
from handlers.words import unit_of
from locales.translator import Translator

_PLACES = (Kind.GEOPOINT, Kind.GEOTRACE, Kind.GEOSHAPE)


# --- typed -----------------------------------------------------------------------------------------


def read_typed(
    interview: Interview, question: Question, text: str, now: datetime, tr: Translator
) -> Value | Doubt | NoAnswer:
    """What a typed line means as an answer to this question."""
    if question.kind in SELECTS:
        return choosing.read(interview, question, text, tr)
    if question.kind in (Kind.TEXT, Kind.BARCODE):
        return Value(text.strip()) if text.strip() else NoAnswer(tr.t("Please type a few words."))
    if question.kind in MEDIA:
        return _wants_a_file(interview, question, tr)
    if question.kind in (Kind.ACKNOWLEDGE, Kind.REPEAT):
        return _yes_or_no(question, text, tr)
    return _settle(interview, question, _reading(question, text, now.astimezone(tr.timezone), tr), text, tr)


def _reading(question: Question, text: str, now: datetime, tr: Translator) -> Reading:
    language, unit = tr.language, unit_of(question, tr)
    if question.is_money:
        return answers.read_money(text, language=language)
    if question.kind is Kind.INTEGER:
        return answers.read_integer(text, unit=unit, language=language)
    if question.kind in (Kind.DECIMAL, Kind.RANGE):
        return answers.read_decimal(text, unit=unit, language=language)
    if question.kind is Kind.DATE:
        return _date_reader(question)(text, now.date(), language=language)
    if question.kind is Kind.DATETIME:
        return answers.read_datetime(text, now, language=language)
    if question.kind is Kind.TIME:
        return answers.read_time(text, language=language)
    if question.kind is Kind.GEOPOINT:
        return answers.read_place(text)
    several = answers.read_places(text)
    # Of a line or an area the places may come one by one.
    is_one = isinstance(several, Rejected) and several.reason is Reason.TOO_FEW_PLACES
    return answers.read_place(text) if is_one else several


def _date_reader(question: Question) -> Callable[..., Reading]:
    if "month-year" in question.appearance:
        return answers.read_month
    return answers.read_year if "year" in question.appearance else answers.read_date


def _wants_a_file(interview: Interview, question: Question, tr: Translator) -> NoAnswer:
    texts = {
        Kind.IMAGE: tr.t("This question takes a picture."),
        Kind.AUDIO: tr.t("This question takes a recording."),
        Kind.VIDEO: tr.t("This question takes a video."),
        Kind.FILE: tr.t("This question takes a file."),
    }
    then = tr.t("Please send one, or tap Skip.")
    if interview.required(question):
        then = tr.t("Please send one, or tap Back to change your answer.")
    return NoAnswer(Markup(" ").join([texts[question.kind], then]))


def _yes_or_no(question: Question, text: str, tr: Translator) -> Value | NoAnswer:
    said = answers.read_yes(text)
    if isinstance(said, Understood):
        return Value(True)
    if question.kind is Kind.REPEAT and isinstance(said, Rejected) and said.reason is Reason.DECLINED:
        return Value(False)
    return NoAnswer(tr.t("Please tap one of the buttons below."))


def _settle(
    interview: Interview, question: Question, reading: Reading, text: str, tr: Translator
) -> Value | Doubt | NoAnswer:
    if isinstance(reading, Rejected):
        return NoAnswer(why_not(question, reading.reason, tr))
    if isinstance(reading, Understood):
        value = to_json(reading.value)
        shown = marked(say(interview, question, value, tr), reading.mark, tr)
        if not reading.confirm:
            return Value(value, reading.mark, shown)
        ask = tr.t("I read “{typed}” as <b>{value}</b>. Is that right?", typed=_short(text), value=shown)
        return Doubt(ask, ((shown, str(value)),), mark=reading.mark)
    if not reading.candidates and not reading.skip:
        return NoAnswer(why_not(question, reading.reason, tr))
    candidates = tuple((say(interview, question, v, tr), str(v)) for v in map(to_json, reading.candidates))
    ask = tr.t("I am not sure what “{typed}” means here. Which one?", typed=_short(text))
    return Doubt(ask, candidates, may_skip=reading.skip)


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def say(interview: Interview, question: Question, value: Any, tr: Translator) -> str:
    """A read value as it is echoed."""
    if question.kind in (Kind.INTEGER, Kind.DECIMAL, Kind.RANGE):
        return quantity(question, value, tr)
    return value_text(interview, question, value, tr)


def to_json(value: Any) -> Any:
    """A read value as the interview keeps it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, time | datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return value


# --- why not ---------------------------------------------------------------------------------------


def why_not(question: Question, reason: Reason, tr: Translator) -> Markup:
    """Why a typed answer cannot be taken, with what would be."""
    is_time = question.kind in (Kind.DATE, Kind.TIME, Kind.DATETIME)
    reasons = {
        Reason.UNKNOWN: tr.t("If it is not known yet, tap Skip or come back later; I write nothing by guess."),
        Reason.VAGUE: tr.t("I need it more exactly.") if is_time else tr.t("I need a number, if only a rough one."),
        Reason.NOT_WHOLE: tr.t("This question takes a whole number."),
        Reason.NEGATIVE: tr.t("The number cannot be below zero."),
        Reason.TOO_LARGE: tr.t("That number is too large."),
        Reason.PHONE_NUMBER: tr.t("That looks like a phone number."),
        Reason.FOREIGN_CURRENCY: tr.t("Please give the amount in đồng."),
        Reason.NO_SUCH_DAY: tr.t("There is no such day."),
        Reason.NO_SUCH_TIME: tr.t("There is no such time."),
        Reason.NO_HOUR: tr.t("I need the hour, too."),
        Reason.WRONG_UNIT: tr.t("This question counts in another unit."),
        Reason.NO_SUCH_PLACE: tr.t("There is no such place."),
        Reason.LINK_WITHOUT_PLACE: tr.t("I cannot see the place in this link. Please send the location itself."),
        Reason.PLUS_CODE: tr.t("I cannot read this code. Please send the location itself."),
        Reason.LUNAR: tr.t("Please give the day of the solar calendar."),
    }
    said = reasons.get(reason) or tr.t("I did not understand that.")
    return tr.t("{reason} {example}", reason=said, example=_example(question, tr))


def _example(question: Question, tr: Translator) -> str:
    if question.is_money:
        return tr.plain("For example: 40tr, 1,2 tỷ, 500k.")
    if question.kind is Kind.DATE and "month-year" in question.appearance:
        return tr.plain("For example: 12/2022, tháng trước.")
    if question.kind is Kind.DATE and "year" in question.appearance:
        return tr.plain("For example: 2022, năm ngoái.")
    examples = {
        Kind.INTEGER: tr.plain("For example: 12, ba căn, 1.200."),
        Kind.DECIMAL: tr.plain("For example: 1,5."),
        Kind.RANGE: tr.plain("For example: 1,5."),
        Kind.DATE: tr.plain("For example: 16/12, hôm qua."),
        Kind.TIME: tr.plain("For example: 8h30."),
        Kind.DATETIME: tr.plain("For example: 8h30 hôm nay, 16/12 lúc 14h."),
    }
    if question.kind in _PLACES:
        return tr.plain("For example: 10.7769, 106.7009, or a link from the map.")
    return examples.get(question.kind, "")


# --- sent ------------------------------------------------------------------------------------------


def read_sent(question: Question, incoming: Incoming, tr: Translator) -> Value | NoAnswer:
    """A picture, a file or a place as an answer to this question."""
    if incoming.location is not None:
        return _read_location(question, incoming.location, tr)
    kind, media_id = _file_of(incoming)
    if question.kind not in MEDIA:
        if kind is Kind.IMAGE:
            return NoAnswer(tr.t("This question takes no picture; there is a question for pictures further on."))
        return NoAnswer(tr.t("This question takes no file. Please type the answer, or tap a button."))
    if media_id is None:
        return NoAnswer(_LOST[kind is Kind.IMAGE](tr))
    if question.kind not in (kind, Kind.FILE):
        return NoAnswer(tr.t("That is another kind of file than this question takes."))
    if incoming.document is None:
        return Value(media_id, echo=tr.plain("a picture"))
    return Value(media_id, echo=tr.plain("the file {name}", name=incoming.document.name))


_LOST: Mapping[bool, Callable[[Translator], Markup]] = MappingProxyType(
    {
        True: lambda tr: tr.t("The picture did not arrive whole. Please send it once more."),
        False: lambda tr: tr.t("I cannot take this file: it is larger than 20 MB, or of a kind that I do not know."),
    }
)


def _file_of(incoming: Incoming) -> tuple[Kind, str | None]:
    if incoming.photo is not None:
        return Kind.IMAGE, incoming.photo.media_id
    assert incoming.document is not None  # noqa: S101  (routing hands on nothing else)
    return Kind(incoming.document.kind), incoming.document.media_id


def _read_location(question: Question, sent: Location, tr: Translator) -> Value | NoAnswer:
    if question.kind not in _PLACES:
        return NoAnswer(tr.t("This question takes no location. Please type the answer, or tap a button."))
    place = clean_place(f"{sent.latitude} {sent.longitude} 0 {sent.accuracy}")
    return Value(place, echo=f"{sent.latitude:.5f}, {sent.longitude:.5f}")


# --- tapped ----------------------------------------------------------------------------------------


def read_pressed(
    interview: Interview, question: Question, verb: str, argument: str, incoming: Incoming, tr: Translator
) -> Any:
    """The value behind a button of this question. Raises LookupError or ValueError for one that is not there."""
    now = incoming.at.astimezone(tr.timezone)
    if verb == "c":
        return interview.items(question)[int(argument)].value
    if verb == "m" and question.kind in SELECTS:
        return [interview.items(question)[int(place)].value for place in argument.split(".")]
    if verb in ("d", "m", "y"):
        return _day(verb, int(argument), now.date()).isoformat()
    if verb == "now":
        return now.isoformat(timespec="minutes")
    if verb == "ok" and question.kind is Kind.ACKNOWLEDGE:
        return True
    if verb == "more" and question.kind is Kind.REPEAT:
        return argument == "1"
    if verb != "v":
        raise LookupError(verb)
    return int(argument) if question.kind is Kind.INTEGER else argument


def _day(verb: str, back: int, today: date) -> date:
    """So many days (d), months (m) or years (y) ago; of a month or a year its first day."""
    if verb == "d":
        return today - timedelta(days=back)
    if verb == "y":
        return date(today.year - back, 1, 1)
    months = today.year * 12 + today.month - 1 - back
    return date(months // 12, months % 12 + 1, 1)
