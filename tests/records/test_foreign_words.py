"""What other programs' files say, in words: as the file's own, bounded and cleaned, whatever a forged record holds."""

from dataclasses import fields, replace

from cards import genuine, row_of

from gpu_inspector.language import visible
from gpu_inspector.probes import foreign_forms
from gpu_inspector.records import columns, foreign_words, method
from gpu_inspector.records.claims import NvmlReading
from gpu_inspector.records.declaration import UNDECLARED
from gpu_inspector.records.evidence import CardEvidence, Origin
from gpu_inspector.records.foreign import ForeignTest, ToolReading

TOOL = ToolReading(
    tool="GPU-Z 2.59.0",
    form="gpu-z-text",
    name="NVIDIA GeForce RTX 4090",
    vendor_id="10DE",
    device_id="2684",
    die="AD102",
    shaders=16384,
    memory_total_bytes=24564 << 20,
    bandwidth_bytes_per_s=1.008e12,
    die_size_mm2=608.5,
    bios_uefi=True,
    marked_fake=True,
    sensors=(("GPU Temperature", "41.0 C"),),
)
TEST = ForeignTest(
    tool="memtest_vulkan 0.5.0",
    form="memtest-vulkan",
    name="Standard 5-minute test",
    outcome="fail",
    errors=3,
    bytes_tested=22 << 30,
    seconds=306.25,
    detail=("Error found", "Errors address range"),
)


def test_each_value_of_a_tool_has_its_line() -> None:
    lines = dict(foreign_words.tool_lines(TOOL, str))
    assert lines["Tool"] == "GPU-Z 2.59.0 (GPU-Z report, text)"
    assert lines["Called a fake"] == "by the tool itself, before the card's name"
    assert (lines["Name"], lines["Device id"], lines["Die"]) == ("NVIDIA GeForce RTX 4090", "10DE:2684", "AD102")
    assert (lines["Shaders"], lines["Memory"], lines["Memory bandwidth"]) == ("16,384", "24,564 MiB", "1,008 GB/s")
    assert lines["GPU Temperature"] == "41.0 C"
    assert "Revision" not in lines


def test_no_own_field_of_a_tool_is_left_out() -> None:
    """Whoever adds a field to the record must say where it is shown."""
    shown = {name for name, _ in (*foreign_words._OWN, *foreign_words._SHARED)}
    elsewhere = {"tool", "form", "marked_fake", "sensors", "bandwidth_bytes_per_s", "die_size_mm2", "bios_uefi"}
    own = {one.name for one in fields(ToolReading)} - {one.name for one in fields(NvmlReading)}
    assert own <= shown | elsewhere


def test_a_test_is_told_as_the_files_word() -> None:
    name, outcome, lines = foreign_words.test_row(TEST, str)
    assert name == "Standard 5-minute test, memtest_vulkan 0.5.0"
    assert outcome == "failed, by the file's word; 3 errors; 22 GiB looked at; 306 s"
    assert lines == "Error found | Errors address range"
    assert foreign_words.named(TEST) == "Standard 5-minute test, memtest_vulkan 0.5.0 (3 errors)"


def test_every_form_has_a_name_for_people() -> None:
    assert {form.name for form in foreign_forms.FORMS} <= set(foreign_words.FORMS)


def test_a_forged_outcome_is_no_result() -> None:
    forged = ForeignTest(tool="t", form="f", name="n", outcome="GENUINE\x1b[2J")
    assert foreign_words.outcome_words(forged) == "no result that is understood"


def test_in_brief_for_the_terminal() -> None:
    card = CardEvidence(label="x", tool=TOOL, tests=(TEST,))
    first, second = foreign_words.brief(card, visible)
    assert first == "GPU-Z 2.59.0, GPU-Z report, text: NVIDIA GeForce RTX 4090; 4 values"
    assert second.startswith("Standard 5-minute test, memtest_vulkan 0.5.0: failed, by the file's word")
    assert foreign_words.brief(CardEvidence(label="x"), visible) == ()


def test_the_tool_is_one_more_source_of_the_claimed_column() -> None:
    card = CardEvidence(label="x", nvml=NvmlReading(name="NVIDIA GeForce RTX 3050", device_id="2684"), tool=TOOL)
    lines = {line.label: line for line in columns.lines_of(card, UNDECLARED, str, Origin.FILE)}
    assert lines["Product"].claimed == (
        "NVML: NVIDIA GeForce RTX 3050",
        "GPU-Z 2.59.0: NVIDIA GeForce RTX 4090",
    )
    assert lines["Product"].differ and not lines["Device id"].differ
    assert {lines[label].measured for label in ("Product", "Memory")} == {columns.NOT_MEASURED}


def test_the_method_says_that_a_file_was_read() -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    assert not [name for name, _ in method.methods_of(evidence) if "another program" in name]
    handed = replace(evidence, cards=(CardEvidence(label="x", tool=TOOL, tests=(TEST,)),), origin=Origin.FILE)
    assert [name for name, _ in method.methods_of(handed)] == [
        "Claimed: another program's file",
        "Claimed: another program's test",
    ]
    assert method.alterations(handed) == ("None: only a file was read, and no card was touched.",)
