"""Foreign text on paper: seen, never dropped, never in another order, never without end."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.report import fonts
from gpu_inspector.report.text import printable, shorten, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("RTX 4090", "RTX 4090", id="plain"),
        pytest.param("Größler, Ελλάς, Москва", "Größler, Ελλάς, Москва", id="letters-of-the-font"),
        pytest.param("\u202egnp.exe", "[U+202E]gnp.exe", id="direction-override"),
        pytest.param("RTX\u00a04090", "RTX[U+00A0]4090", id="space-that-is-no-space"),
        pytest.param("RTX\u200b4090", "RTX[U+200B]4090", id="zero-width"),
        pytest.param("a\x00b\x1b[2J\n", "a[U+0000]b[U+001B][2J[U+000A]", id="controls"),
        pytest.param("显卡（検査）", "显卡（検査）", id="chinese-and-japanese"),
        pytest.param("한국", "[U+D55C][U+AD6D]", id="letters-the-fonts-lack"),
        pytest.param("😀", "[U+1F600]", id="emoji"),
        pytest.param("e\u0301\u0301\u0301", "e[U+0301][U+0301][U+0301]", id="stacked-marks"),
        pytest.param("\ud800", "[U+D800]", id="lone-surrogate"),
    ],
)
def test_what_cannot_be_seen_stands_as_its_code_point(text: str, shown: str) -> None:
    assert printable(text) == shown


@settings(deadline=None, max_examples=examples(60))
@given(st.text())
def test_any_text_comes_out_printable_and_whole(text: str) -> None:
    shown = printable(text)
    assert all(fonts.prints(character) and unicodedata.category(character)[0] not in "CM" for character in shown)
    assert len(shown) >= len(text)


@settings(deadline=None, max_examples=examples(60))
@given(st.text(max_size=200), st.floats(min_value=20, max_value=400))
def test_wrapped_lines_fit_and_lose_nothing(text: str, room: float) -> None:
    lines = wrap(text, fonts.REGULAR, 8, room)
    assert all(fonts.width(fonts.REGULAR, 8, line) <= room + 0.01 for line in lines)
    assert "".join(lines).replace(" ", "") == printable(text).replace(" ", "")


def test_a_long_text_says_how_much_more_there_is() -> None:
    assert shorten("A" * 10_000, 400) == "A" * 400 + "… (9,600 more characters)"
    assert shorten("A" * 400, 400) == "A" * 400
