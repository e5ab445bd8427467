"""Buttons that nobody was shown: any verb with any parts is answered kindly, and never with an apology."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.events import ACTION_LIMIT
from handlers.routing import BUTTONS
from tests.security.kit import TEXTS, TRIED, Besieged, examples
from tests.test_permissions import TRIED as REAL

VERBS = sorted({*BUTTONS, "join", "lang"})
WORDS = sorted(
    {part for forms in REAL.values() for action, _ in forms for part in action.split("/") if "{" not in part}
)
PARTS = st.one_of(
    st.sampled_from(WORDS),
    st.integers(-1, 9).map(str),
    st.sampled_from(["", "0", "-1", "999999", "9" * 20, "1.5", "٣", "²", "1e3", "sure", "2022-12-16", "9999-99-99",
                     "%00", "\x00",
                     "..", "-.-.-.a", "1.0", "x" * 60, "telegram", "somebody", "None", "true"]),
    TEXTS,
)  # fmt: skip


@st.composite
def actions(draw: st.DrawFn) -> str:
    """A real one with its parts spoilt, or one that is put together."""
    if draw(st.booleans()):
        real, _ = draw(st.sampled_from([one for forms in REAL.values() for one in forms]))
        parts = [draw(st.integers(0, 6).map(str)) if "{" in part else part for part in real.split("/")]
        for _ in range(draw(st.integers(0, 2))):
            parts[draw(st.integers(0, len(parts) - 1))] = draw(PARTS)
        parts += draw(st.lists(PARTS, max_size=2)) if draw(st.booleans()) else []
    else:
        parts = [draw(st.sampled_from(VERBS)), *draw(st.lists(PARTS, max_size=5))]
    return "/".join(parts)


def test_fuzz_any_press_is_answered(besieged: Besieged) -> None:
    @examples(60)
    @given(who=st.sampled_from(["Lan", "Đức", "Đức", "stranger", "-group"]), action=actions())
    def press(who: str, action: str) -> None:
        TRIED["presses"] += 1
        data = action.encode(errors="surrogatepass")[:ACTION_LIMIT].decode(errors="ignore")
        besieged.happens(who, action=data, message_id="1")

    press()
