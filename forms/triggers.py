"""Triggers: when the answer to one question changes, others get a new value.

As ODK has it (xforms-value-changed), a value that a trigger has set is a change as any other, so triggers follow each
other. A value that stays the same pulls nothing.
"""

from forms.draft import Draft
from forms.model import Question, Trigger
from forms.tree import beside


def pull_triggers(draft: Draft, changed: Question) -> None:
    """Gives their new values to the questions that hang on `changed`, and to those that hang on them.

    Each question pulls once: a circle, which a device runs until it stands still or breaks, is gone round once.
    """
    waiting, pulled = [changed], {changed.path}
    while waiting:
        source = waiting.pop(0)
        for trigger in draft.form.triggers.get(source.ref, ()):
            target = _pull(draft, source, trigger)
            if target is not None and target.path not in pulled:
                pulled.add(target.path)
                waiting.append(target)


def _pull(draft: Draft, source: Question, trigger: Trigger) -> Question | None:
    """The question whose value has changed; None when none has."""
    path = beside(trigger.target, source.repeats, source.path)
    target = draft.question(path)
    if target is None:
        return None
    value = trigger.value.evaluate(draft, path, draft.env) if trigger.value else ""
    before = draft.answers.pop(path, None)
    draft.put(target, path, value)
    draft.settle(path)
    return target if draft.answers.get(path) != before else None
