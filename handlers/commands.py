"""The commands: their names, who has them in the menu, and the words that mean the same."""

from __future__ import annotations

from dataclasses import dataclass

from locales.translator import Translator

ALL = ("reporter", "leader", "officer", "admin")
DESK = ("leader", "officer", "admin")


@dataclass(frozen=True, slots=True)
class Command:
    """`action` is what one must be allowed to (see `permissions`), `roles` are those in whose menu it stands, `words`
    plain phrases, without diacritics, that a person may type instead; none that could be an answer ("bàn giao")."""

    name: str
    alias: str
    action: str
    roles: tuple[str, ...]
    words: tuple[str, ...] = ()


COMMANDS = (
    Command("baocao", "report", "report.send", ("reporter",), ("bao cao", "gui bao cao")),
    Command("tonghop", "digest", "digest", DESK, ("tong hop",)),
    Command("bang", "board", "digest.names", DESK, ("bang so lieu", "mo bang so lieu")),
    Command("tinhtrang", "status", "status", ALL, ("tinh trang",)),
    Command("lichsu", "history", "report.send", ("reporter",), ("lich su",)),
    Command("duyet", "approve", "report.approve", ("leader",)),
    Command("mau", "template", "report.send", ("reporter",), ("mau", "mau dien nhanh")),
    Command("trogiup", "help", "self", ALL, ("tro giup", "huong dan", "giup")),
    Command("huy", "cancel", "self", ("reporter",), ("huy", "huy bo")),
    Command("tyle", "rates", "rates", DESK, ("ty le bao cao",)),
    Command("xeploai", "ranking", "ranking", ALL, ("bang xep loai",)),
    Command("donvi", "units", "unit.read", DESK),
    Command("thanhvien", "members", "member.read", DESK),
    Command("moi", "invite", "member.change", ("officer", "admin")),
    Command("mohinh", "models", "models.see", ALL, ("danh muc mo hinh", "xem mo hinh")),
    Command("tinhay", "story", "story.send", ("reporter", "leader", "officer"), ("tin hay", "ke chuyen dep")),
    Command("guongtot", "stories", "story.edit", ("officer", "admin"), ("guong tot cho duyet",)),
    Command("chiendich", "campaigns", "campaign", ("officer", "admin")),
    Command("nhatky", "log", "audit", DESK),
    Command("tin", "news", "broadcast", DESK, ("gui tin", "soan tin")),
    Command("nhom", "groups", "group", DESK, ("cac nhom", "nhom chat", "danh sach nhom")),
    # Said in a group: in the menu of a private chat it would only be in the way.
    Command("lienket", "link", "group", ()),
    Command("khan", "urgent", "self", ALL, ("tin khan", "bao khan")),
    Command("nhantin", "mynews", "self", ALL),
    Command("ngonngu", "language", "self", ALL, ("ngon ngu",)),
    Command("bangiao", "handover", "self", ALL),
    Command("vaitro", "roles", "self", ALL),
    Command("dulieucuatoi", "mydata", "self", ALL),
)


def descriptions(tr: Translator) -> dict[str, str]:
    """What each command does, in a few words, for menus and help."""
    return {
        "baocao": tr.plain("Send a report"),
        "tonghop": tr.plain("The digest: totals, who has not reported"),
        "bang": tr.plain("The board of figures on the web"),
        "tinhtrang": tr.plain("What has been reported, what is owed"),
        "lichsu": tr.plain("Reports sent, and corrections"),
        "thanhvien": tr.plain("Who has which role"),
        "moi": tr.plain("Invite somebody to a unit"),
        "bangiao": tr.plain("Hand your role over"),
        "vaitro": tr.plain("Your roles"),
        "duyet": tr.plain("Reports that wait for approval"),
        "tyle": tr.plain("Who reports how regularly"),
        "xeploai": tr.plain("The ranking of units"),
        "donvi": tr.plain("Units: find one, see what is below it"),
        "trogiup": tr.plain("Help"),
        "mau": tr.plain("The form as lines to fill in"),
        "huy": tr.plain("Stop what is under way"),
        "ngonngu": tr.plain("Tiếng Việt / English"),
        "mohinh": tr.plain("The register of models"),
        "nhom": tr.plain("Groups: whose they are, what they get"),
        "lienket": tr.plain("Link a group (say it in the group)"),
        "tinhay": tr.plain("Tell a good example, with pictures"),
        "guongtot": tr.plain("Good examples: read, approve, post"),
        "chiendich": tr.plain("Campaigns: load, pause, extend, end"),
        "nhatky": tr.plain("The log of changes in your branch"),
        "tin": tr.plain("News to units and groups"),
        "dulieucuatoi": tr.plain("What I keep on you"),
        "khan": tr.plain("Something urgent, to your leaders at once"),
        "nhantin": tr.plain("Which news you want"),
    }


def menu(tr: Translator, roles: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """The commands of somebody with these roles, as (name, description), the most used first."""
    text = descriptions(tr)
    return tuple((c.name, text[c.name]) for c in COMMANDS if not roles.isdisjoint(c.roles))


def action_of(name: str) -> str:
    """What one must be allowed to for a command that is there."""
    return next(c.action for c in COMMANDS if c.name == name)


def find(text: str, unaccented: str) -> str | None:
    """The command that a line means: `/baocao`, `/report@bot`, or the plain words; None if it is none."""
    if text.startswith("/"):
        word = text[1:].split(maxsplit=1)[0].split("@", maxsplit=1)[0].lower() if len(text) > 1 else ""
        return next((c.name for c in COMMANDS if word in (c.name, c.alias)), None)
    return next((c.name for c in COMMANDS if unaccented in c.words), None)
