"""Diagnoses of DCGM in the layouts of 2.x, 3.x and 4.x; runs, holes, broken documents; and no capture taken for one."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from foreign_logs import DEPLOYMENT, dcgm_new, dcgm_old, dcgm_text
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.errors import CaptureError, ProbeError
from gpu_inspector.probes import dcgm_json as reader
from gpu_inspector.probes import incoming
from gpu_inspector.probes.foreign_tests import MOST_DETAIL, MOST_TESTS
from gpu_inspector.probes.handed import Handed
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.foreign import ForeignTest, ToolReading

WRONG = "GPU 1 memory test found 3 errors"


def _read(document: dict[str, Any]) -> Handed:
    data = dcgm_text(document)
    assert reader.looks_like(data)
    return reader.to_cards(data, "diag.json")


def _outcomes(card: CardEvidence) -> dict[str, str]:
    return {test.name: test.outcome for test in card.tests}


def test_the_oldest_layout_numbers_the_cards_and_names_none() -> None:
    first, second = _read(dcgm_old(2, {("GPU Memory", 1): WRONG})).cards
    assert (first.label, first.tool, second.tool) == ("GPU 0 of the file", None, None)
    assert _outcomes(first)["GPU Memory"] == "pass"
    assert _outcomes(second)["GPU Memory"] == "fail"
    assert [test.detail for test in second.tests if test.name == "GPU Memory"] == [(WRONG,)]


def test_the_layout_of_3_names_device_serial_and_driver() -> None:
    first, second = _read(dcgm_old(2, {("Memtest", 1): WRONG}, key="gpu_id")).cards
    assert first.tool is not None and second.tool is not None
    assert (first.tool.tool, first.tool.device_id, first.tool.serial) == ("DCGM 3.3.9", "2330", "1652923002100")
    assert (second.tool.serial, second.tool.driver_version, second.tool.name) == ("1652923002101", "535.129.03", None)
    assert [test.detail for test in second.tests if test.outcome == "fail"] == [(f"{WRONG} (DCGM error 87)",)]


@pytest.mark.parametrize("word", ["<<<NOT_SUPPORTED>>>", "<<<NULL>>>", "N/A", "Unknown", "", None, 7])
def test_a_word_in_the_place_of_a_serial_is_none(word: object) -> None:
    """Two GeForce cards would share it, and a shared serial is a sign of a cloned card."""
    document = dcgm_old(2, key="gpu_id")
    document["GPU Device Serials"] = {"0": word, "1": word}
    assert [card.tool.serial for card in _read(document).cards if card.tool] == [None, None]


def test_the_layout_of_4_names_them_by_entity() -> None:
    handed = _read(dcgm_new(2, {("memtest", 0): WRONG}))
    first, second = handed.cards
    assert first.tool is not None and first.tool.tool == "DCGM 4.2.3"
    assert (first.tool.device_id, first.tool.driver_version) == ("2330", "570.133.20")
    assert _outcomes(first) == {"software": "pass", "memory": "pass", "memtest": "fail", "memory_bandwidth": "pass"}
    assert _outcomes(second)["memtest"] == "pass"


def test_a_test_of_the_machine_stands_with_each_card() -> None:
    for document in (dcgm_old(2, deployment="Fail"), dcgm_old(2, key="gpu_id", deployment="Fail")):
        for card in _read(document).cards:
            assert all(_outcomes(card)[name] == "fail" for name in DEPLOYMENT)
    assert all(_outcomes(card)["software"] == "fail" for card in _read(dcgm_new(2, deployment="Fail")).cards)


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("Pass", "pass"),
        ("PASS", "pass"),
        ("Fail", "fail"),
        ("Warn", "warn"),
        ("Skip", "skip"),
        ("Skipped", "skip"),
        ("Not Run", "not finished"),
        ("", "unknown"),
        ("Healthy", "unknown"),
        (7, "unknown"),
        (None, "unknown"),
    ],
)
def test_a_word_that_is_not_known_is_never_a_pass(word: object, outcome: str) -> None:
    document = dcgm_old(1)
    document["DCGM GPU Diagnostic"]["test_categories"][1]["tests"][0]["results"][0]["status"] = word
    (card,) = _read(document).cards
    assert _outcomes(card)["GPU Memory"] == outcome


def test_several_runs_are_told_apart() -> None:
    handed = _read({"Overall Result": "Fail", "iterations": [dcgm_new(1), dcgm_new(1, {("memory", 0): WRONG})]})
    (card,) = handed.cards
    assert _outcomes(card)["memory, run 1"] == "pass"
    assert _outcomes(card)["memory, run 2"] == "fail"


def test_a_diagnosis_that_could_not_run_is_not_finished() -> None:
    (card,) = _read({"DCGM GPU Diagnostic": {"version": "3.3.9", "runtime_error": "Unable to run on GPU 0"}}).cards
    assert [(test.tool, test.outcome, test.detail) for test in card.tests] == [
        ("DCGM 3.3.9", "not finished", ("Unable to run on GPU 0",))
    ]


def test_holes_and_numbers_of_several_cards_in_one_result_are_read() -> None:
    tests = [None, {"name": "Inforom", "results": [None, {"gpu_ids": "0,2", "status": "PASS"}]}, 7, "x"]
    handed = _read({"DCGM GPU Diagnostic": {"test_categories": [None, {"category": "Deployment", "tests": tests}]}})
    assert [card.label for card in handed.cards] == ["GPU 0 of the file", "GPU 2 of the file"]


def test_results_of_processors_are_left_out_and_counted() -> None:
    document = dcgm_new(1)
    results = document["DCGM Diagnostic"]["test_categories"][1]["tests"][0]["results"]
    results.append({"entity_group": "CPU", "entity_group_id": 7, "entity_id": 0, "status": "Fail"})
    handed = _read(document)
    assert len(handed.cards) == 1 and _outcomes(handed.cards[0])["memory"] == "pass"
    assert "left out: 1 result of processors and other parts" in handed.notes


def test_lines_of_the_shell_around_it_are_passed_over() -> None:
    data = b"WARNING: no NSCQ library\n" + dcgm_text(dcgm_old(1)) + b"\n$ echo done\n"
    assert reader.looks_like(data)
    assert len(reader.to_cards(data, "").cards) == 1


@pytest.mark.parametrize("cut", [30, 400, 900])
def test_a_document_that_was_cut_is_refused_with_its_line(cut: int) -> None:
    data = dcgm_text(dcgm_old(1))[:-cut]
    with pytest.raises(CaptureError, match=r"no whole JSON document \(line \d+\)"):
        incoming.to_evidence(data, "d", tool_version="0", reference_version="0", collected_at=datetime.now(UTC))


def test_a_capture_is_no_diagnosis_though_it_speaks_of_one() -> None:
    """Also one that holds a reading of DCGM, and a broken one keeps its own sentence."""
    card = CardEvidence(
        label="GPU 0",
        tool=ToolReading(tool="DCGM Diagnostic", form="dcgm-json", name='"DCGM Diagnostic" :'),
        tests=(ForeignTest(tool="DCGM", form="dcgm-json", name="DCGM GPU Diagnostic", outcome="pass"),),
    )
    evidence = Evidence(
        collected_at=datetime(2026, 11, 26, tzinfo=UTC),
        tool_version="0",
        reference_version="0",
        origin=Origin.FILE,
        cards=(card,),
    )
    data = canonical.encode(evidence)
    assert not reader.looks_like(data)
    assert incoming.recognise(data) == "capture"
    with pytest.raises(CaptureError, match="capture"):
        incoming.to_evidence(data[:-9], "c", tool_version="0", reference_version="0", collected_at=datetime.now(UTC))


def test_more_results_than_a_record_holds_keep_those_that_failed() -> None:
    document = dcgm_old(1)
    many = [{"name": f"test {number}", "results": [{"gpu_ids": "0", "status": "Pass"}]} for number in range(200)]
    many.append({"name": "last", "results": [{"gpu_ids": "0", "status": "Fail"}]})
    document["DCGM GPU Diagnostic"]["test_categories"].append({"category": "Custom", "tests": many})
    (card,) = _read(document).cards
    assert len(card.tests) == MOST_TESTS and _outcomes(card)["last"] == "fail"


def test_more_cards_than_a_machine_has_are_refused() -> None:
    with pytest.raises(ProbeError, match="65 GPUs"):
        _read(dcgm_old(65))


@pytest.mark.parametrize(
    "text",
    [
        '{"DCGM Diagnostic":' + "[" * 100_000,
        '{"DCGM Diagnostic": ' + "9" * 5000 + "}",
        '{"DCGM Diagnostic": 1}',
        '[{"DCGM Diagnostic": {}}',
        '{"DCGM Diagnostic": {"test_categories": {}}}',
    ],
)
def test_what_no_diagnosis_holds_is_refused_with_a_sentence(text: str) -> None:
    assert reader.looks_like(text.encode())
    with pytest.raises(ProbeError):
        reader.to_cards(text.encode(), "")


_KEYS = (
    *("test_categories", "tests", "name", "results", "status", "warnings", "warning", "info", "gpu_ids", "gpu_id"),
    *("entity_id", "entity_group", "entities", "entity_groups", "metadata", "version", "iterations", "runtime_error"),
    *("error_id", "test_summary", "device_id", "serial_num"),
)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.text(max_size=6)
    | st.sampled_from(["0", "0,1", "Pass", "GPU"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*_KEYS, "GPU Device IDs", "GPU Device Serials"]), inner, max_size=5)
    ),
    max_leaves=30,
)


@given(_JSON, _JSON)
def test_any_document_gives_cards_or_a_sentence(inner: object, beside: object) -> None:
    outer = {"DCGM GPU Diagnostic": inner, **(beside if isinstance(beside, dict) else {})}
    data = json.dumps(outer).encode()
    assert reader.looks_like(data)
    try:
        handed = reader.to_cards(data, "")
    except ProbeError:
        return
    assert handed.cards
    for card in handed.cards:
        canonical.encode(card)
        assert all(len(test.detail) <= MOST_DETAIL for test in card.tests)
