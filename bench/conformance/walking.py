"""A walk through a form: every question answered as a person might, to the end."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

from forms.api import Session
from forms.interview import Interview
from forms.judging import bounds
from forms.kinds import MEDIA, Kind
from forms.model import Form, Question

NOW = datetime(2022, 12, 16, 2, 0, tzinfo=UTC)
MOST_STEPS = 400
PLACE = "10.77 106.70 5 3"
AREA = "10.77 106.70 0 0; 10.78 106.70 0 0; 10.78 106.71 0 0; 10.77 106.70 0 0"


def walk(form: Form, chance: Random) -> None:
    """Fills `form` in at random to the end, saving and loading on the way; an AssertionError says what broke."""
    moment = NOW
    session = Session(form, clock=lambda: moment, language=chance.choice(form.languages), seed="walk")
    for _ in range(MOST_STEPS):
        current = session.interview.current
        if current is None:
            break
        moment += timedelta(seconds=20)
        value = plausible(session.interview, current, chance)
        said = session.accepts(current.path, value)
        assert session.answer(current.path, value) == said, f"{current.path}: what is asked first is not what follows"
        if said is not None and session.answer(current.path, None) is not None:
            break
        session = _again(form, session, moment)
    session.dump()
    session.instance_xml()
    json.dumps(session.interview.result())


def _again(form: Form, session: Session, moment: datetime) -> Session:
    state = json.loads(json.dumps(session.state))
    again = Session(form, clock=lambda: moment, language=session.interview.language, seed="walk", state=state)
    assert again.state == session.state, "a draft that is loaded again is another one"
    return again


def plausible(interview: Interview, question: Question, chance: Random) -> object:
    """An answer that a person might give."""
    values = [item.value for item in interview.items(question)]
    if question.kind in MEDIA:
        return f"media-{chance.randrange(100)}"
    match question.kind:
        case Kind.INTEGER:
            return chance.choice([0, 1, 2, 5, 30])
        case Kind.DECIMAL:
            return chance.choice(["0.5", "2", "36.6"])
        case Kind.RANGE:
            return str(bounds(question)[0])
        case Kind.SELECT_ONE:
            return chance.choice(values) if values else None
        case Kind.SELECT_MULTIPLE:
            return chance.sample(values, chance.randint(0, len(values)))
        case Kind.RANK:
            return chance.sample(values, len(values))
        case Kind.DATE:
            return (NOW + timedelta(days=chance.randint(-400, 40))).date().isoformat()
        case Kind.TIME:
            return f"{chance.randrange(24):02}:30"
        case Kind.DATETIME:
            return (NOW - timedelta(hours=chance.randrange(900))).isoformat()
        case Kind.GEOPOINT:
            return PLACE
        case Kind.GEOTRACE | Kind.GEOSHAPE:
            return AREA
        case Kind.ACKNOWLEDGE:
            return True
        case Kind.REPEAT:
            return int(str(interview.value(question))) < chance.randint(1, 3)
        case _:
            return chance.choice(["a", "yes", "12", "Xã Một"])
