"""The XML of a form, made sure of before anything is read from it."""

from xml.etree.ElementTree import Element, ParseError, fromstring

from forms.body import ODK
from forms.problems import FormError, Problem
from forms.texts import XF

H = "{http://www.w3.org/1999/xhtml}"
# Forms of thousands of questions are smaller and flatter; what is walked by recursion must have a floor.
MOST_CHARACTERS = 20_000_000
DEEPEST = 100


def root_of(xform_xml: str) -> Element:
    """The root of an XForm, with the names of elements as the rest of this room knows them. Raises FormError."""
    if len(xform_xml) > MOST_CHARACTERS:
        raise _unreadable(f"it is longer than {MOST_CHARACTERS} characters")
    # A document type is nothing that an XForm needs, and the way to make a small file grow without end.
    if "<!DOCTYPE" in xform_xml or "<!ENTITY" in xform_xml:
        raise _unreadable("it has a document type declaration")
    try:
        root = fromstring(xform_xml)  # noqa: S314 - no document type, so no entities
    except (ParseError, ValueError) as error:
        raise _unreadable(str(error)) from error
    _check_depth(root)
    _name_well(root)
    instance = root.find(f"{H}head/{XF}model/{XF}instance")
    if instance is None or not len(instance) or root.find(f"{H}body") is None:
        raise _unreadable("it is no XForm: a model, a primary instance or a body is missing")
    return root


def _check_depth(root: Element) -> None:
    level = [root]
    for _ in range(DEEPEST):
        level = [child for element in level for child in element]
        if not level:
            return
    raise _unreadable(f"its elements are nested more than {DEEPEST} deep")


def _name_well(root: Element) -> None:
    """Some tools leave the namespace of XForms away, or write that of ODK with a slash at its end."""
    slashed = ODK.replace("}", "/}")
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag.startswith(slashed):
            element.tag = ODK + element.tag.removeprefix(slashed)
        elif not element.tag.startswith("{"):
            element.tag = XF + element.tag


def _unreadable(detail: str) -> FormError:
    return FormError([Problem("unreadable", {"detail": detail})])
