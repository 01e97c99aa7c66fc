"""What a bench tells of the medium it started from: honest ones, changed ones, and files that are no list."""

import hashlib
import json
from pathlib import Path

import pytest
from bench_tree import Machine, stock
from hypothesis import given
from hypothesis import strategies as st

from gpu_inspector.probes import medium
from gpu_inspector.probes.bench import Bench, no_command
from gpu_inspector.records.evidence import Evidence, HostReading, Origin
from gpu_inspector.records.medium import MediumReading
from gpu_inspector.workflow import on_medium

ABOUT = {"name": "GPU Inspector live 0.1.0", "day": "2026-11-26", "tool": "0.1.0+c0ffee00", "driver": "nvidia 535"}


def put(machine: Machine, about: object = ABOUT, answer: str = "agrees", listed: str = "", of: str = "") -> str:
    """A started medium in the machine's tree; the digest of its list."""
    told = about if isinstance(about, bytes) else json.dumps(about).encode()
    lines = (
        listed
        or f"{'ab' * 32}  live/filesystem.squashfs\n{hashlib.sha256(told).hexdigest()}  gpu-inspector/about.json\n"
    )
    digest = hashlib.sha256(lines.encode()).hexdigest()
    machine.write(medium.LIST, lines)
    machine.write(medium.ABOUT, told)
    if answer:
        machine.write(medium.ANSWER, f"gpu-inspector medium 1\nlist {of or digest}\nfiles {answer}\n")
    return digest


def reading(machine: Machine) -> MediumReading:
    found = machine.read().medium
    assert found is not None
    return found


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return stock(tmp_path)


def test_a_bench_that_started_from_the_medium_names_it_with_the_digest_of_its_list(machine: Machine) -> None:
    digest = put(machine)
    assert reading(machine) == MediumReading(
        name="GPU Inspector live 0.1.0",
        built_at="2026-11-26",
        tool_version="0.1.0+c0ffee00",
        sha256=digest,
        checked=True,
        driver="nvidia 535",
    )


def test_an_installed_system_and_another_live_system_are_no_medium(machine: Machine) -> None:
    assert machine.read().medium is None
    machine.write("/run/live/medium/live/filesystem.squashfs", "another one's")
    assert machine.read().medium is None


def test_a_medium_that_was_not_yet_held_against_its_list_is_not_checked(machine: Machine) -> None:
    put(machine, answer="")
    assert reading(machine).checked is None


def test_a_changed_file_shows(machine: Machine) -> None:
    put(machine, answer="differs")
    assert reading(machine).checked is False


def test_a_list_that_was_exchanged_after_it_was_looked_at_shows(machine: Machine) -> None:
    put(machine, of="0" * 64)
    assert reading(machine).checked is False


def test_words_about_the_medium_that_its_list_does_not_cover_show(machine: Machine) -> None:
    put(machine)
    machine.write(medium.ABOUT, json.dumps({**ABOUT, "name": "another name"}))
    assert reading(machine).checked is False


@pytest.mark.parametrize(
    "about", [b"", b"[]", b"{", b"[" * 60000, {"name": 7}, {"name": "\x1b[2J\u202ex" + "y" * 9000}]
)
def test_words_of_any_kind_about_the_medium_are_bounded_text(machine: Machine, about: object) -> None:
    put(machine, about=about)
    found = reading(machine)
    assert len(found.name) <= 200 and found.name.isprintable() and found.driver == ""


@pytest.mark.parametrize(
    "listed", ["no list\n", f"{'ab' * 32}  live/vmlinuz\n", f"{'ab' * 32}  live/filesystem.squashfs\n" * 2]
)
def test_a_file_that_is_no_list_of_a_medium_is_none(machine: Machine, listed: str) -> None:
    put(machine, listed=listed)
    assert machine.read().medium is None


@given(st.text(max_size=300), st.text(max_size=64))
def test_an_answer_of_any_kind_is_an_answer_or_none(answer: str, digest: str) -> None:
    assert medium.agreement(answer, digest) in (True, False, None)
    assert medium.listed_in(answer) is None or medium.listed_in(answer)


def test_a_simulation_and_a_reviewed_file_bear_the_medium_that_the_program_runs_from(tmp_path: Path) -> None:
    digest = put(Machine(tmp_path))
    simulated = on_medium.with_medium(evidence(Origin.SIMULATION, HostReading(system="simulated")), tmp_path)
    assert simulated.host is not None and simulated.host.medium is not None and simulated.host.medium.sha256 == digest
    claimed = medium.read(Bench(tmp_path, {}, no_command))
    foreign = evidence(Origin.FILE, HostReading(system="theirs", medium=claimed))
    assert on_medium.with_medium(foreign, tmp_path).reviewed_on == claimed
    elsewhere = on_medium.with_medium(evidence(Origin.FILE, None, reviewed_on=claimed), tmp_path / "none")
    assert elsewhere.reviewed_on is None, "what a file says of this program's own bench is not taken over"


def evidence(origin: Origin, host: HostReading | None, reviewed_on: MediumReading | None = None) -> Evidence:
    from datetime import UTC, datetime

    return Evidence(
        collected_at=datetime(2026, 11, 26, tzinfo=UTC),
        tool_version="0.1.0",
        reference_version="1",
        origin=origin,
        cards=(),
        host=host,
        reviewed_on=reviewed_on,
    )
