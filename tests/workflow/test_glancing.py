"""One look at a card: every cell is a claim, says so, and says when there is none."""

from dataclasses import replace
from pathlib import Path

import pytest
from cards import BENCH, forged, genuine, row_of
from dumps import dump_of

from gpu_inspector.probes import capture
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.claims import Absence
from gpu_inspector.records.evidence import CardEvidence, Evidence, PciReading
from gpu_inspector.workflow import bench_memory, examining, glancing
from gpu_inspector.workflow.glancing import Standing

ROW = "NVIDIA GeForce RTX 4090"


@pytest.fixture
def evidence() -> Evidence:
    return genuine(row_of(ROW))


def bare(evidence: Evidence, **fields: object) -> CardEvidence:
    """The card as PCI alone sees it."""
    (card,) = evidence.cards
    assert card.pci is not None
    return replace(card, nvml=None, nvidia_smi=None, pci=replace(card.pci, **fields))  # type: ignore[arg-type]


def test_a_card_that_answers_says_all_that_it_claims(evidence: Evidence, catalogue: Catalogue) -> None:
    (card,) = evidence.cards
    assert card.pci is not None
    card = replace(card, pci=replace(card.pci, link_gen_now=1, link_width_now=8, link_gen_max=4, link_width_max=16))
    glance = glancing.of_card(card, catalogue)
    assert glance == glancing.Glance(
        name=ROW,
        where="0000:01:00.0",
        link="gen 1 x8 / gen 4 x16",
        memory="24,564 MiB",
        die="AD102 (claimed)",
        state="driver 550.163.01 answers",
        standing=Standing.ANSWERS,
    )


@pytest.mark.parametrize(
    ("driver", "state", "standing"),
    [
        (None, "no driver claims it", Standing.UNDRIVEN),
        ("nouveau", "driven by nouveau, not by NVIDIA's driver", Standing.UNDRIVEN),
        ("vfio-pci", "driven by vfio-pci, not by NVIDIA's driver", Standing.UNDRIVEN),
        ("nvidia", "not answering: the driver nvidia is bound and says nothing", Standing.SILENT),
    ],
)
def test_a_card_that_no_driver_speaks_for_is_listed_with_the_reason(
    evidence: Evidence, catalogue: Catalogue, driver: str | None, state: str, standing: Standing
) -> None:
    glance = glancing.of_card(bare(evidence, driver=driver), catalogue)
    assert (glance.state, glance.standing) == (state, standing)
    assert glance.memory == ""
    assert glance.die == "AD102 (claimed)"
    assert glance.name.startswith("10DE:2684")


def test_a_driver_that_cannot_be_told_is_not_called_none(evidence: Evidence, catalogue: Catalogue) -> None:
    card = bare(evidence, driver=None, absent=(Absence("driver", "no permission"),))
    assert glancing.of_card(card, catalogue).state == "its driver cannot be told (no permission)"


def test_an_id_that_no_register_has_is_said(evidence: Evidence, catalogue: Catalogue) -> None:
    glance = glancing.of_card(bare(evidence, device_id="FFFF"), catalogue)
    assert (glance.name, glance.die) == ("10DE:FFFF", "id FFFF not known")


def test_a_card_of_which_nothing_is_known_is_still_a_row(catalogue: Catalogue) -> None:
    glance = glancing.of_card(CardEvidence(label="card 3 of NVML"), catalogue)
    assert (glance.name, glance.where, glance.state) == ("unnamed card", "card 3 of NVML", "not answering")
    empty = PciReading(address="0000:01:00.0", vendor_id="", device_id="")
    assert glancing.of_card(CardEvidence(label="0000:01:00.0", pci=empty), catalogue).die == ""


def test_half_of_a_link_is_not_made_whole(catalogue: Catalogue) -> None:
    reading = PciReading(address="0000:01:00.0", vendor_id="10DE", device_id="2684", link_width_now=8)
    assert glancing.of_card(CardEvidence(label="a", pci=reading), catalogue).link == "gen ? x8 / –"


# --- files and simulations


def test_a_dump_says_what_it_claims_and_what_it_is(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(dump_of(row_of(ROW), form="text"))
    glance = glancing.of_file(path, catalogue)
    assert (glance.name, glance.memory, glance.where) == (ROW, "24,564 MiB", "a.txt")
    assert (glance.state, glance.standing) == ("file of unknown origin (nvidia-smi -q), read", Standing.FILE)


def test_our_own_sample_is_called_one(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(dump_of(row_of(ROW), as_file=False))
    assert glancing.of_file(path, catalogue).state == "SAMPLE made by the program: no real card"


def test_a_masked_capture_of_several_cards_says_both(tmp_path: Path, evidence: Evidence, catalogue: Catalogue) -> None:
    two = replace(evidence, cards=(*evidence.cards, replace(evidence.cards[0], label="0000:02:00.0")))
    capture.write(two, tmp_path / "a.json", masked=True)
    glance = glancing.of_file(tmp_path / "a.json", catalogue)
    assert glance.name == f"{ROW} and 1 more"
    assert glance.state == "file of unknown origin (capture), read, serials left out"


@pytest.mark.parametrize("data", [b"", b"nothing", b"%PDF-1.7", b"{}", b"\x00" * 100])
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, catalogue: Catalogue, data: bytes) -> None:
    path = tmp_path / "a.xml"
    path.write_bytes(data)
    glance = glancing.of_file(path, catalogue)
    assert glance.standing is Standing.UNREADABLE
    assert glance.state.startswith("Cannot be read: ") and len(glance.state) > 30


def test_a_file_that_is_not_there_and_a_folder_say_so(tmp_path: Path, catalogue: Catalogue) -> None:
    assert "There is no file" in glancing.of_file(tmp_path / "none.xml", catalogue).state
    assert "is a folder" in glancing.of_file(tmp_path, catalogue).state


def test_a_simulation_is_never_taken_for_a_card(catalogue: Catalogue) -> None:
    glance = glancing.of_simulation("rtx-3080-ti-as-rtx-4090", 3, catalogue)
    assert glance.standing is Standing.SIMULATION
    assert "SIMULATION" in glance.state
    assert glance.where == "rtx-3080-ti-as-rtx-4090, seed 3"


# --- looks, and what changes between them


def test_a_machine_without_cards_still_says_how_its_bench_is(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bus/pci/devices").mkdir(parents=True)
    monkeypatch.setattr("gpu_inspector.workflow.collecting._nvml", lambda: ((), ()))
    look = glancing.look(catalogue, sysfs=tmp_path)
    assert look.evidence is None and look.cards == ()
    assert "No NVIDIA card" in look.absence
    assert "Preloaded libraries" in {topic.title for topic in look.bench}


def test_a_card_without_a_driver_in_sysfs_is_found(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bus/pci/devices/0000:41:00.0"
    folder.mkdir(parents=True)
    for name, text in {"vendor": "0x10de", "device": "0x2684", "class": "0x030000"}.items():
        (folder / name).write_text(text)
    monkeypatch.setattr("gpu_inspector.workflow.collecting._nvml", lambda: ((), ()))
    look = glancing.look(catalogue, sysfs=tmp_path)
    assert [(one.where, one.state) for one in look.glances] == [("0000:41:00.0", "no driver claims it")]


def test_the_bench_is_judged_beside_the_cards_that_answer(evidence: Evidence) -> None:
    hidden = replace(BENCH, driver_version=None, module=None, libraries=())
    alone = {one.title: one for one in examining.examine_bench(hidden, ())}
    beside = {one.title: one for one in examining.examine_bench(hidden, evidence.cards)}
    assert alone["Provenance of the driver"].well
    assert not beside["Provenance of the driver"].well
    assert "does not show which" in beside["Provenance of the driver"].says


def test_only_what_both_looks_gave_tells_a_card_from_another(evidence: Evidence) -> None:
    seen = (glancing.seen_of(evidence.cards[0], "a"),)
    assert glancing.replaced(seen, evidence.cards) == ()
    assert glancing.replaced(seen, (bare(evidence),)) == ()
    assert glancing.replaced(seen, (bare(evidence, device_id="2204"),)) == seen
    other = forged(evidence, uuid="GPU-00000000-0000-4000-8000-000000000001")
    assert glancing.replaced(seen, other.cards) == seen
    assert glancing.gone(seen, ()) == seen
    assert glancing.replaced(seen, ()) == ()


def test_the_choice_survives_a_restart(evidence: Evidence) -> None:
    seen = (glancing.seen_of(evidence.cards[0], "NVIDIA \u202e<b>"),)
    assert bench_memory.recall() == ()
    bench_memory.remember(seen)
    assert bench_memory.recall() == seen
    assert [path.name for path in bench_memory.path().parent.iterdir()] == ["bench.json"]


@pytest.mark.parametrize("text", [b"", b"[", b"\xff", b'[{"label": 1}]', b"[" * 100_000, b" " * 300_000])
def test_a_broken_memory_is_none(text: bytes) -> None:
    bench_memory.path().parent.mkdir(parents=True, exist_ok=True)
    bench_memory.path().write_bytes(text)
    assert bench_memory.recall() == ()


def test_a_memory_that_cannot_be_written_is_no_failure(evidence: Evidence) -> None:
    home = bench_memory.path().parent
    home.rmdir()
    home.write_text("a file where the folder should be")
    bench_memory.remember((glancing.seen_of(evidence.cards[0], "a"),))
    assert bench_memory.recall() == ()


def test_the_cards_that_were_not_chosen_stay_beside(evidence: Evidence) -> None:
    two = replace(evidence, cards=(*evidence.cards, replace(evidence.cards[0], label="0000:02:00.0")))
    chosen = glancing.chosen_of(two, ["0000:02:00.0"])
    assert [card.label for card in chosen.cards] == ["0000:02:00.0"]
    assert [card.label for card in chosen.bystanders] == ["0000:01:00.0"]
