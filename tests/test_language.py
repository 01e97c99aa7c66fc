"""Texts: templates are filled and nothing more; what a card says cannot write on the terminal."""

from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.language import fill, visible


@given(st.text(), st.text())
def test_a_value_is_never_looked_into(before: str, value: str) -> None:
    plain = before.replace("{", "").replace("}", "")
    assert fill(plain + "{name}", {"name": value}) == plain + value


@given(st.text())
def test_any_text_can_be_filled(text: str) -> None:
    assert isinstance(fill(text, {"name": "x"}), str)


def test_a_template_cannot_reach_into_a_value() -> None:
    assert "__class__" in fill("{name.__class__}", {"name": "x"})


@given(st.text())
def test_no_control_and_no_mark_that_reorders_is_printed(text: str) -> None:
    assert not set(visible(text)) & set("\x00\x07\x1b\r\n\u202e\u2066\u200f\ufeff")


def test_plain_words_stay_as_they_are() -> None:
    assert visible("Żofia Кузнецова, 24 GB – “RTX”") == "Żofia Кузнецова, 24 GB – “RTX”"
