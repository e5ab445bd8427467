"""Fills a Word file that an office may have made with plain data. The file is checked and its expressions run in a
sandbox: it comes from outside the house."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from forms.instance import writable
from reporting.documents.page_widths import fit_tables, turn

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

FILE_LIMIT = 5 * 1024 * 1024
"""Bytes of a template as it lies on the disk: a page with an emblem has some ten thousand."""

UNPACKED_LIMIT = 50 * 1024 * 1024
FILLED_LIMIT = 20_000_000
"""Characters of the filled page: a report of two hundred units has about two million."""

CHART_WIDTH = 150
"""Millimetres; the text of a page of A4 with the margins of an office has 165."""

_PLAIN = (dict, list, LoopContext)
_METHODS_OF_TEXT = frozenset({"upper", "lower", "title", "capitalize", "strip"})
_NOT_FOR_TEMPLATES = ("lipsum", "cycler", "joiner", "namespace")
_FILTERS_TO_FILL_THE_MEMORY = ("center", "format", "indent", "wordwrap")
_TEXT_OF_WORD = "word/document.xml"


class TemplateFileError(ValueError):
    """A Word file that cannot be filled: names the file and what is wrong, in one line."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}")


class _Sandbox(ImmutableSandboxedEnvironment):
    """Plain data only: no attribute of any object that is not a list or a table of texts and numbers, nothing that
    makes a text as long as one likes, and a filled page of bounded size."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _METHODS_OF_TEXT
        return isinstance(obj, _PLAIN) and super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        # A text a thousand million times, and a power with as many digits, would fill the memory.
        if operator != "*" or not all(isinstance(n, int) and abs(n) < 10**9 for n in (left, right)):
            raise SecurityError(f"the operator {operator} is not for templates")
        return left * right

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        filled, size = [], 0
        for part in parts:
            size += len(part)
            if size > FILLED_LIMIT:
                raise SecurityError("the filled page is too large")
            filled.append(part)
        return "".join(filled)


def fill(
    template: bytes, context: Mapping[str, Any], *, file: str, title: str, made_at: datetime, chart: bytes = b"",
    lying: bool = False,
) -> bytes:  # fmt: skip
    """The template with its expressions filled. It takes a while: call it in a thread.

    `context`: plain data; every text in it is escaped, and is no expression itself. `chart`: a PNG that stands where
    the template has {{ chart }}. `title`: of the file's properties. `lying`: the pages are turned on their side. Raises
    TemplateFileError, with the name `file`.
    """
    check(template, file)
    try:
        page = DocxTemplate(BytesIO(template))
        page.init_docx()
        values = _clean(context)
        values["chart"] = InlineImage(page, BytesIO(chart), width=Mm(CHART_WIDTH)) if chart else ""
        page.render(values, _environment(), autoescape=True)
        if lying:
            turn(page.docx)
        fit_tables(page.docx)
        _describe(page.docx, title, made_at)
        out = BytesIO()
        page.save(out)
    except TemplateError as error:
        raise TemplateFileError(file, _said(error)) from error
    except (LxmlError, ParseError, KeyError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise TemplateFileError(file, f"it cannot be filled: {error}") from error
    return out.getvalue()


def check(template: bytes, file: str) -> None:
    """That the bytes are a Word file of bearable size, without macros. Raises TemplateFileError."""
    if len(template) > FILE_LIMIT:
        raise TemplateFileError(file, f"it is larger than {FILE_LIMIT // 1024**2} MB")
    try:
        with zipfile.ZipFile(BytesIO(template)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        parts = []
    names = {part.filename for part in parts}
    if _TEXT_OF_WORD not in names:
        raise TemplateFileError(file, "it is no Word file (.docx)")
    if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
        raise TemplateFileError(file, f"unpacked it is larger than {UNPACKED_LIMIT // 1024**2} MB")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise TemplateFileError(file, "it has macros")


def _environment() -> _Sandbox:
    # A misspelt name must be told, and not be an empty place in a report.
    environment = _Sandbox(autoescape=True, undefined=StrictUndefined)
    for name in _NOT_FOR_TEMPLATES:
        environment.globals.pop(name)
    for name in _FILTERS_TO_FILL_THE_MEMORY:
        environment.filters.pop(name)
    return environment


def _clean(value: Any) -> Any:
    """The same without the characters that the file cannot hold."""
    if isinstance(value, str):
        return writable(value)
    if isinstance(value, Mapping):
        return {key: _clean(found) for key, found in value.items()}
    return [_clean(found) for found in value] if isinstance(value, list | tuple) else value


def _describe(page: Any, title: str, made_at: datetime) -> None:
    properties = page.core_properties
    properties.title, properties.author, properties.last_modified_by = writable(title)[:255], "", ""
    properties.created = properties.modified = made_at.replace(tzinfo=None)


def _said(error: TemplateError) -> str:
    """The problem, and the line of the page that it is in."""
    message = " ".join(str(error).split())
    # docxtpl gives the lines around it, from three before it on where there are as many.
    around, number = list(getattr(error, "docx_context", ())), getattr(error, "lineno", None) or 0
    near = around[min(number - 1, 3) :][:1] if number else []
    place = " ".join("".join(near).split())
    return f"{message} (near “{place[:120]}”)" if place else message
