"""Stored English said in another language: recognised by its template, and nothing else is touched."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector import language
from gpu_inspector.language import catalogues, recognising, templates
from gpu_inspector.language.pseudo import CLOSE, OPEN, Pseudo

TEXTS = (
    "The driver does not answer.",
    "The file {name} has {bytes} bytes; no report has more than {most}.",
    "{product} is not sold with {size}.",
    "{a} of {b}",
    "the label of {maker}",
    "weak sign",
    "Memory",
    "a defect of the board",
)
WORDS = st.text(alphabet="abc XYZ0-9.,/;“”é中", max_size=30)


class Shouting(Pseudo):
    """A language that is English in capitals; its templates keep their places."""

    def gettext(self, message: str) -> str:
        parts = templates.template_of(message)
        if parts is None:
            return message.upper()
        places = [f"{{{name}}}" for name in parts.names]
        literals = [literal.upper() for literal in parts.literals]
        return "".join(one for pair in zip(literals, [*places, ""], strict=True) for one in pair)


def told(text: str) -> str:
    return recognising.told(text, "de", SHOUTING)


SHOUTING = Shouting(TEXTS)


def test_a_whole_text_is_looked_up() -> None:
    assert told("The driver does not answer.") == "THE DRIVER DOES NOT ANSWER."


def test_a_filled_template_is_recognised_and_filled_again() -> None:
    said = told("The file a/b.txt has 1,234 bytes; no report has more than 10.")
    assert said == "THE FILE a/b.txt HAS 1.234 BYTES; NO REPORT HAS MORE THAN 10."


def test_what_stands_at_a_place_is_told_where_it_is_the_programs_own() -> None:
    assert told("a defect of the board is not sold with the label of ASUS.") == (
        "A DEFECT OF THE BOARD IS NOT SOLD WITH THE LABEL OF ASUS."
    )


def test_a_cards_own_word_stays_as_it_is() -> None:
    assert recognising.told_value("Memory", "de", SHOUTING) == "Memory"
    assert told("Memory is not sold with Memory.") == "Memory IS NOT SOLD WITH Memory."


def test_a_template_with_hardly_a_word_recognises_nothing() -> None:
    assert told("3 of 4") == "3 of 4"


def test_several_sentences_are_told_one_by_one() -> None:
    said = told("The driver does not answer. Somebody else wrote this. The driver does not answer.")
    assert said == "THE DRIVER DOES NOT ANSWER. Somebody else wrote this. THE DRIVER DOES NOT ANSWER."


def test_an_unknown_text_stays_english() -> None:
    assert told("Nobody marked this sentence.") == "Nobody marked this sentence."


def test_a_text_that_is_longer_than_any_sentence_is_not_searched() -> None:
    endless = "The file " + "x" * recognising.LONGEST + " has 1 bytes; no report has more than 2."
    assert told(endless) == endless


@given(name=WORDS, size=WORDS, most=WORDS)
def test_whatever_stands_in_a_template_is_found_again(name: str, size: str, most: str) -> None:
    text = f"The file {name} has {size} bytes; no report has more than {most}."
    assert told(text).startswith("THE FILE ") or "; no report" in text.replace("; no report has more than", "", 1)


@given(text=st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    told(text)
    recognising.told_value(text, "de", SHOUTING)


@given(
    pieces=st.lists(st.sampled_from(["The file ", " has ", " bytes; no report has more than ", ".", "x"]), max_size=400)
)
def test_a_text_made_to_be_ambiguous_ends_all_the_same(pieces: list[str]) -> None:
    told("".join(pieces))


# --- contexts


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    real = catalogues.load
    monkeypatch.setattr(catalogues, "load", lambda tag: Pseudo(TEXTS) if tag == language.PSEUDO else real(tag))
    yield
    language.speak(language.ENGLISH)


def test_english_is_said_as_it_is_stored() -> None:
    assert language.told("The driver does not answer.") == "The driver does not answer."
    assert language.number(1234567) == "1,234,567"


def test_a_report_speaks_its_own_language_in_a_window_of_another(pseudo: None) -> None:
    language.speak("de")
    with language.speaking(language.PSEUDO):
        assert language._("weak sign").startswith(OPEN)
        with language.speaking("en"):
            assert language._("weak sign") == "weak sign"
        assert language._("weak sign").endswith(CLOSE)
    assert language.current() == "de"


def test_another_thread_speaks_what_the_window_speaks(pseudo: None) -> None:
    import threading

    heard: list[str] = []
    with language.speaking(language.PSEUDO):
        thread = threading.Thread(target=lambda: heard.append(language.current()))
        thread.start()
        thread.join()
    assert heard == ["en"]


@pytest.mark.parametrize(
    ("tag", "language_"),
    [
        ("de_AT.UTF-8", "de"),
        ("de", "de"),
        ("fr_CA@euro", "fr"),
        ("zh_CN.UTF-8", "zh-Hans"),
        ("zh-Hans-SG", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh_TW.UTF-8", ""),
        ("zh-Hant", ""),
        ("zh_HK", ""),
        ("ja_JP.eucJP", "ja"),
        ("pt_BR.UTF-8", ""),
        ("C", ""),
        ("", ""),
        ("x" * 10_000, ""),
        ("../../etc", ""),
    ],
)
def test_a_systems_word_for_a_language(tag: str, language_: str) -> None:
    assert catalogues.matching(tag) == language_


def test_the_systems_first_language_that_there_is_is_spoken() -> None:
    assert catalogues.chosen("", ("pt_BR", "fr_FR", "de_DE")) == "fr"
    assert catalogues.chosen("", ("C.UTF-8", "fr_FR")) == "en"
    assert catalogues.chosen("", ()) == "en"
    assert catalogues.chosen("ja", ("fr_FR",)) == "ja"


# --- numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("24,564 MiB", "24.564 MiB"),
        ("1,008.5 GB/s", "1.008,5 GB/s"),
        ("0.25 s", "0,25 s"),
        ("3.3 V; 1.0 %", "3,3 V; 1,0 %"),
        ("driver 535.309.01", "driver 535.309.01"),
        ("CUDA 12.9", "CUDA 12.9"),
        ("0000:43:00.0", "0000:43:00.0"),
        ("2026-11-26", "2026-11-26"),
        ("12,345.jpg", "12,345.jpg"),
        ("94.02.42.40.1E", "94.02.42.40.1E"),
        ("10.0.0.1", "10.0.0.1"),
        ("RTX 4090 24 GB", "RTX 4090 24 GB"),
    ],
)
def test_numbers_are_written_anew_and_versions_are_left(text: str, said: str) -> None:
    from gpu_inspector.language import locales

    assert locales.localised(text, "de") == said


# --- what must not be taken for more than it is


def test_a_light_template_swallows_no_sentences() -> None:
    law = "For goods of 8471.50; they were not examined. Nothing of that was named; nobody examined"
    light = Shouting(("{examined} of {wanted} examined",))
    assert recognising.told(law, "de", light) == law


def test_a_light_template_swallows_no_other_texts_of_a_list() -> None:
    pages = Shouting(("{bad} pages with wrong words", "channel {number} has the errors"))
    text = "channel 11 has the errors; 6049 pages with wrong words"
    assert recognising.told(text, "de", pages) == "CHANNEL 11 HAS THE ERRORS; 6049 PAGES WITH WRONG WORDS"


def test_two_sentences_that_are_one_text_stay_together() -> None:
    two = Shouting(("It is a simulation. It says nothing.", "No real card."))
    said = recognising.told("No real card. It is a simulation. It says nothing.", "de", two)
    assert said == "NO REAL CARD. IT IS A SIMULATION. IT SAYS NOTHING."


def test_quoted_words_keep_their_own_signs() -> None:
    law = "Export Control Order 2008; Schedule 3"
    assert recognising.told(law, "zh-Hans", SHOUTING) == law
