"""The file of answers: what is wrong in it is said with its place, in words of who wrote it."""

import json

import pytest

from gpu_inspector.errors import CaptureError
from gpu_inspector.records.appearance import Power, Seen
from gpu_inspector.records.checklist import QUESTIONS
from gpu_inspector.workflow import answers_file, blank_answers


def refused(text: str) -> str:
    with pytest.raises(CaptureError) as caught:
        answers_file.parse(text.encode(), "answers.toml")
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[answers.label-print]\nseen="deviate"', "at answers.label-print.seen: 'deviate' is none of: as expected"),
        ('[answers.label-code]\nseen="deviates"\n[answers.label-print]\nnote="x"', "answers.label-print: `seen` lacks"),
        ('[answers.label-print]\nseen="deviates"\nnoot="x"', "at answers.label-print: `noot` is no name that belongs"),
        ('[die]\nlines="AD102-300-A1"', "at die.lines: a list in square brackets is wanted"),
        ('weight_g="2180"', "at weight_g: a number without quotation marks is wanted"),
        ("weight_g=-5", "at weight_g: a number is wanted that is > 0"),
        ("[label]\nserial=132", "at label.serial: a text in quotation marks is wanted"),
        ('[shots]\n1="box.jpg"', "at shots.1: a list in square brackets is wanted"),
        ('[shots]\n11=["x.jpg"]', "photograph “11”; the fixed list has 1 to 10"),
        ('[answers.label-prnt]\nseen="deviates"', "“label-prnt”, which is no question of the checklist"),
        ('power="no"', "at power: 'no' is none of: starts, does not start, not tried"),
    ],
)
def test_a_mistake_is_named_with_its_place_and_without_a_programmers_words(text: str, says: str) -> None:
    said = refused(text)
    assert says in said
    assert "$" not in said and "enum" not in said and "`array`" not in said


def test_a_file_of_another_encoding_is_told_to_be_saved_as_utf_8() -> None:
    with pytest.raises(CaptureError, match="not UTF-8"):
        answers_file.parse('[label]\nbrand="Mét"'.encode("latin-1"), "answers.toml")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_what_editors_save_as_unicode_is_read(encoding: str) -> None:
    written = answers_file.parse('[label]\nbrand="华硕 Ж"'.encode(encoding), "answers.toml")
    assert written.label.brand == "华硕 Ж"


def test_the_blank_file_says_that_nothing_was_looked_at_and_knows_every_question() -> None:
    text = blank_answers.text()
    assert answers_file.parse(text.encode(), "blank") == answers_file.Written()
    assert all(f"[answers.{name}]" in text for name in QUESTIONS)


def test_json_says_the_same_as_toml() -> None:
    document = {"power": "does not start", "answers": {"label-print": {"seen": "deviates", "note": "halo"}}}
    toml = 'power="does not start"\n[answers.label-print]\nseen="deviates"\nnote="halo"'
    found = answers_file.parse(toml.encode(), "a.toml")
    assert found == answers_file.parse(json.dumps(document).encode(), "a.json")
    assert (found.power, found.answers["label-print"].seen) == (Power.DOES_NOT_START, Seen.DEVIATES)
