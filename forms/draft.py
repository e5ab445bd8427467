"""The answers of one draft, and what follows from them: relevance, calculations, defaults."""

from forms.expressions import Expression
from forms.kinds import SELECTS, convert, dump, load
from forms.model import Form, Group, Item, Question, Text
from forms.nodes import Document, Env
from forms.values import Json, Value, string


class Draft:
    """Typed values by path over the JSON answers of one report. Call `settle()` after a change of the answers.

    `answers` and `done` (paths that the person has settled) are kept by reference: settling adds dynamic defaults and
    values made once() to `answers`.
    """

    def __init__(self, form: Form, answers: dict[str, Json], done: set[str], env: Env) -> None:
        self.form = form
        self.answers = answers
        self.done = done
        self.env = env
        self._values: dict[str, Value] = {}
        self._hidden: set[str] = set()
        self._asked: list[Question] | None = None
        self.settle()

    # What expressions see

    @property
    def document(self) -> Document:
        return self.form.document

    def value(self, path: str) -> Value:
        return self._values.get(path, "")

    def choice_label(self, path: str, value: str) -> str:
        question = self.form.by_path.get(path)
        for item in question.items if question else ():
            if item.value == value:
                return self.text(item.label, path)
        return ""

    def itext(self, text_id: str) -> str:
        return self.text(self.form.itext.get(text_id, {}), self.document.top.children[0].path)

    # What an interview asks

    def relevant(self, path: str) -> bool:
        return path not in self._hidden

    def asked(self) -> list[Question]:
        """The questions that are asked as things stand, in the order of the form."""
        if self._asked is None:
            self._asked = [question for question in self.form.asked if self.asks(question)]
        return self._asked

    def asks(self, question: Question) -> bool:
        if not question.is_asked or question.path in self._hidden:
            return False
        return not self.holds(question.readonly, question.path)

    def holds(self, expression: Expression | None, at: str) -> bool:
        """Whether a condition is there and true."""
        return expression is not None and expression.true(self, at, self.env)

    def items(self, question: Question) -> tuple[Item, ...]:
        """The choices that the filter of `question` lets through."""
        chosen = question.choice_filter
        if chosen is None:
            return question.items
        return tuple(item for item in question.items if chosen.true(self, question.path, self.env, item.node))

    def answer(self, question: Question) -> Json:
        """The JSON of the answer to `question` or of what it calculates; its fixed default until it is settled."""
        if question.calculate is not None:
            return dump(self._values.get(question.path, ""))
        return self._given(question)

    def shown(self, question: Question) -> str:
        """The value of `question` as plain text; choices by their labels."""
        given = string(self.value(question.path))
        if question.kind not in SELECTS:
            return given
        return ", ".join(filter(None, (self.choice_label(question.path, value) for value in given.split())))

    def text(self, text: Text, at: str) -> str:
        template = self.form.text(text, self.env.language)
        return "".join(part if isinstance(part, str) else self._output(part, at) for part in template.parts)

    def _output(self, expression: Expression, at: str) -> str:
        return string(expression.evaluate(self, at, self.env))

    # What follows

    def settle(self) -> None:
        """Works out everything anew, each part after those that it depends on."""
        self._values.clear()
        self._hidden.clear()
        self._asked = None
        for part in self.form.order:
            if self._is_hidden(part):
                self._hidden.add(part.path)
            elif isinstance(part, Question):
                self._compute(part)

    def _is_hidden(self, part: Question | Group) -> bool:
        if part.path.rpartition("/")[0] in self._hidden:
            return True
        return part.relevant is not None and not part.relevant.true(self, part.path, self.env)

    def _compute(self, question: Question) -> None:
        path = question.path
        if isinstance(question.default, Expression) and path not in self.answers and path not in self.done:
            self._apply_default(question, question.default)
        given = self._given(question)
        if given is not None:
            self._values[path] = load(question.kind, given)
        if question.calculate is not None:
            self._calculate(question, question.calculate)

    def _apply_default(self, question: Question, default: Expression) -> None:
        try:
            value = convert(question.kind, default.evaluate(self, question.path, self.env))
        except ValueError:
            return
        if value is not None:
            self.answers[question.path] = value

    def _calculate(self, question: Question, calculate: Expression) -> None:
        value = calculate.evaluate(self, question.path, self.env)
        self._values[question.path] = value
        if question.is_kept and (kept := dump(value)) is not None:
            self.answers[question.path] = kept

    def _given(self, question: Question) -> Json:
        found = self.answers.get(question.path)
        if found is not None or isinstance(question.default, Expression) or question.path in self.done:
            return found
        return question.default
