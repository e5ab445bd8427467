"""What drafts of tests say of any question and choice."""


class Labelled:
    """All is relevant, and a label shows what it is of."""

    def relevant(self, path: str) -> bool:
        return True

    def choice_label(self, path: str, value: str) -> str:
        return f"{path}={value}"

    def itext(self, text_id: str) -> str:
        return f"text {text_id}"
