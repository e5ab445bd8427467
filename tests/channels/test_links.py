"""Addresses on buttons, checked where they enter; and the words for news, as the outbox keeps them."""

import pytest
from markupsafe import Markup

from bot.channels.base import ids_in
from handlers.events import URL_LIMIT, Attachment, Link, Reply


@pytest.mark.parametrize(
    "url",
    [
        "https://tinhdoan.example.vn",
        "HTTP://Example.vn:8080/ke-hoach?a=1&b=2#c",
        "http://localhost:8080/",
        "https://example.vn/kế-hoạch",
        "https://example.vn/".ljust(URL_LIMIT, "x"),
    ],
)
def test_an_address_of_the_web(url: str) -> None:
    assert Link("Xem", url).url == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "example.vn", "/tin", "//example.vn", "https://", "https:///tin", "http://[::1", "http://a.vn:99999/"),
        *("javascript:alert(1)", "data:text/html,x", "tg://resolve?domain=x", "mailto:an@example.vn"),
        *(
            "https://tinhdoan.gov.vn@example.vn/",
            "https://a.vn/\n",
            "https://a.vn/ b",
            "https://a.vn/\u202e",
            "\thttp://a.vn",
        ),
        "https://example.vn/".ljust(URL_LIMIT + 1, "x"),
    ],
)
def test_what_is_no_address_of_the_web(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Link("Xem", url)


@pytest.mark.parametrize("label", ["", " \n"])
def test_a_link_has_words(label: str) -> None:
    with pytest.raises(ValueError, match="label"):
        Link(label, "https://example.vn/")


def test_news_come_out_of_the_outbox_as_they_went_in() -> None:
    reply = Reply(
        Markup("<b>Tin</b>"),
        photos=(Attachment("p/1", "a.jpg"), Attachment("p/2", "b.jpg")),
        links=(Link("Xem", "https://example.vn/"),),
        replaces="1,2",
        only_edit=True,
        deletes="3",
    )
    assert Reply.from_json(reply.to_json()) == reply


@pytest.mark.parametrize(
    ("told", "numbers"),
    [("12", [12]), ("1,2,3", [1, 2, 3]), ("", []), ("x,²,-1,0, 7,8", [8]), ("9" * 30, []), (str(2**63), [])],
)
def test_numbers_of_messages(told: str, numbers: list[int]) -> None:
    assert ids_in(told) == numbers
