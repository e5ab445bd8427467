"""The questions of a form with repeats as one draft has them: once for each instance."""

from collections.abc import Sequence
from dataclasses import replace

from forms.model import Form, Group, Question
from forms.nodes import Document, Node
from forms.tree import instances, plain


class Unfolding:
    """Makes the questions of the instances, each once. `document` is that of the draft as it stands."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self._bound: dict[str, Question] = {}

    def questions(self, document: Document) -> list[Question]:
        """All questions, in the order of the form; after a repeat whether there is one more."""
        return self._unfolded(self._form.questions, document)

    def question(self, path: str, document: Document) -> Question | None:
        """The question at `path`, which has positions; None when there is none."""
        node = document.by_path.get(path)
        if node is None:
            return None
        found = self._form.by_path.get(node.ref) or self._form.prompts.get(node.ref)
        return self._bind(found, path, document) if found else None

    def _unfolded(
        self, questions: Sequence[Question], document: Document, depth: int = 0, within: str = ""
    ) -> list[Question]:
        """`questions` for the instance at the path `within`; runs of them that share a repeat once for each of its."""
        found: list[Question] = []
        run: list[Question] = []
        repeat = ""
        for question in (*questions, None):
            around = question.repeats[depth] if question and len(question.repeats) > depth else ""
            if run and (around != repeat or question is None):
                found += self._repeated(repeat, run, document, depth, within)
                run = []
            repeat = around
            if question is not None and around:
                run.append(question)
            elif question is not None:
                found.append(self._bind(question, f"{within}{question.ref.removeprefix(plain(within))}", document))
        return found

    def _repeated(
        self, repeat: str, members: list[Question], document: Document, depth: int, within: str
    ) -> list[Question]:
        found: list[Question] = []
        slot = document.by_path[f"{within}{repeat.removeprefix(plain(within))}"]
        for instance in instances(slot):
            found += self._unfolded(members, document, depth + 1, instance.path)
        prompt = self._form.prompts.get(repeat)
        return [*found, self._bind(prompt, slot.path, document)] if prompt else found

    def _bind(self, question: Question, path: str, document: Document) -> Question:
        if question.path == path:
            return question
        if path not in self._bound:
            self._bound[path] = replace(
                question, path=path, groups=tuple(_groups(question, document.by_path[path].parent))
            )
        return self._bound[path]


def _groups(question: Question, node: Node | None) -> list[Group]:
    """The groups around `question` in the instances that `node`, which holds it, stands in."""
    bound: list[Group] = []
    for group in reversed(question.groups):
        while node is not None and node.ref != group.path:
            node = node.parent
        bound.append(replace(group, path=node.path) if node else group)
    return bound[::-1]
