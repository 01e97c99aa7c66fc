"""What to do next is what the findings themselves advise: nothing added, nothing twice, the gravest first."""

from cards import forged, genuine, row_of
from silicon_records import silicon_of_row, with_silicon

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Gap
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.next_steps import Step, modifications_of, steps_of
from gpu_inspector.workflow.judging import judge

MIB = 1024 * 1024


def _card(*findings: Finding) -> CardJudgement:
    return CardJudgement(label="a", product="b", identity=Identity.SUSPICIOUS, findings=findings)


def _finding(outcome: Outcome, advice: str, title: str = "t", **values: str) -> Finding:
    return Finding(check="c", title=title, role=Role.CORE, outcome=outcome, text="", advice=advice, values=dict(values))


def test_the_same_advice_stands_once_with_all_that_gave_it_and_the_gravest_outcome() -> None:
    card = _card(
        _finding(Outcome.NOTED, "Look at the board.", "one"),
        _finding(Outcome.CONTRADICTED, "Keep the card.", "two"),
        _finding(Outcome.SUSPICIOUS, "Look at the board.", "three"),
    )
    assert steps_of(card, (), str) == (
        Step("Keep the card.", Outcome.CONTRADICTED, ("two",)),
        Step("Look at the board.", Outcome.SUSPICIOUS, ("three", "one")),
    )


def test_a_good_answer_gives_no_step_and_a_missing_source_does() -> None:
    card = _card(_finding(Outcome.CONSISTENT, "Nothing."), _finding(Outcome.NOT_APPLICABLE, "Nothing."))
    gaps = (Gap("nvml", "no answer", "Restart the machine."), Gap("pci", "no answer"))
    assert steps_of(card, gaps, str) == (Step("Restart the machine.", Outcome.INCONCLUSIVE, ("nvml",)),)


def test_advice_is_filled_and_cleaned() -> None:
    card = _card(_finding(Outcome.NOTED, "Compare {name}.", name="\u202eevil"))
    assert steps_of(card, (), lambda text: text.replace("\u202e", "?"))[0].text == "Compare ?evil."


def test_a_known_rework_and_another_die_are_named() -> None:
    rework = forged(genuine(row_of("NVIDIA GeForce RTX 4090")), memory_total_bytes=49140 * MIB)
    card = judge(rework, Declaration(), load()).cards[0]
    (said,) = modifications_of(card, str)
    assert said.startswith("Known modification: Fits the RTX 4090 48 GB rework: ")
    other = silicon_of_row(row_of("NVIDIA GeForce RTX 3080 Ti"))
    swapped = with_silicon(genuine(row_of("NVIDIA GeForce RTX 4090")), other)
    shape, die = modifications_of(judge(swapped, Declaration(), load()).cards[0], str)
    assert shape.startswith("Known modification: Fits the RTX 4090 with a GA102 die: ")
    assert die.startswith("Die that fits what was measured: ")
    assert "3080 Ti" in die


def test_a_genuine_card_is_given_no_modification() -> None:
    sound = with_silicon(genuine(row_of("NVIDIA GeForce RTX 4090")), silicon_of_row(row_of("NVIDIA GeForce RTX 4090")))
    assert modifications_of(judge(sound, Declaration(), load()).cards[0], str) == ()
