"""Which addresses Telegram takes for a link, in text and on a button."""

from urllib.parse import urlsplit

_SCHEMES = ("http", "https", "tg", "ton", "tonsite")


class WrongLink(ValueError):
    """The reason, in Telegram's words."""


def checked_link(link: str) -> str:
    """The address as Telegram keeps it (``example.org`` becomes ``http://example.org/``); else WrongLink."""
    address = link.strip()
    scheme = address.split(":", 1)[0].lower() if ":" in address else ""
    if scheme in {"tg", "ton", "tonsite"}:
        return address
    if "://" not in address:
        address = f"http://{address}"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise WrongLink("Wrong port number specified in the URL") from error
    if parts.scheme.lower() not in _SCHEMES:
        raise WrongLink("Unsupported URL protocol")
    if not parts.hostname:
        raise WrongLink("URL host is empty")
    if " " in parts.hostname:
        raise WrongLink("Disallowed character in URL host")
    if "." not in parts.hostname and ":" not in parts.hostname:
        raise WrongLink("Wrong HTTP URL")
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    tail = parts._replace(scheme="", netloc="").geturl()
    return f"{parts.scheme.lower()}://{host}{tail if tail.startswith('/') else '/' + tail}"
