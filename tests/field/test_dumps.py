"""Real machines' dumps, read in place: genuine cards are not accused, and a changed field is found in them too.

The dumps are test data that stay outside of the repository; `GPU_INSPECTOR_CASES` names their folder where it is not
beside the checkout.
"""

import csv
import os
import re
from pathlib import Path

import pytest

from gpu_inspector.language import fill
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Identity, Outcome
from gpu_inspector.records.inspection import Judgement
from gpu_inspector.workflow.collecting import collect_bytes
from gpu_inspector.workflow.judging import judge

CASES = Path(os.environ.get("GPU_INSPECTOR_CASES", str(Path(__file__).parents[3] / "shared" / "cases")))
EDITED = "gtx-1070-ti.xml"
pytestmark = [
    pytest.mark.field,
    pytest.mark.skipif(not CASES.is_dir(), reason="the folder of real dumps is not beside this checkout"),
]
_ACCUSING = (Outcome.SUSPICIOUS, Outcome.CONTRADICTED)
_DUMPS = sorted(path for path in CASES.glob("*/*") if path.suffix in (".xml", ".txt"))
_SEVERAL = sorted(path.name for path in _DUMPS if re.search(r"-x\d|m10", path.stem) and path.suffix == ".xml")


def judged(data: bytes, name: str, catalogue: Catalogue) -> Judgement:
    return judge(collect_bytes(data, name, catalogue), Declaration(), catalogue)


def accusations(judgement: Judgement) -> dict[str, Finding]:
    return {one.check: one for card in judgement.cards for one in card.findings if one.outcome in _ACCUSING}


def dump(name: str) -> bytes:
    return next(path for path in _DUMPS if path.name == name).read_bytes()


def _index() -> list[dict[str, str]]:
    path = CASES / "more" / "INDEX.csv"
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines())) if path.is_file() else []


def test_all_of_them_are_here() -> None:
    assert len(_DUMPS) == 43


@pytest.mark.parametrize("path", _DUMPS, ids=[path.name for path in _DUMPS])
def test_a_genuine_card_is_not_accused(path: Path, catalogue: Catalogue) -> None:
    judgement = judged(path.read_bytes(), path.name, catalogue)
    found = {check: fill(one.text, one.values) for check, one in accusations(judgement).items()}
    if path.name == EDITED:
        assert set(found) == {"memory-total"}
        assert judgement.verdict is Identity.CONTRADICTED
    else:
        assert not found
        assert judgement.verdict is Identity.INCONCLUSIVE


@pytest.mark.parametrize(
    "row",
    _index(),
    ids=lambda row: row["file"],
)
def test_the_index_and_the_reading_name_the_same_product(row: dict[str, str], catalogue: Catalogue) -> None:
    evidence = collect_bytes(dump(row["file"]), row["file"], catalogue)
    readings = [card.nvidia_smi for card in evidence.cards]
    assert all(one is not None and one.name == row["product"] for one in readings)
    assert all(one is not None and one.driver_version is not None for one in readings)


@pytest.mark.parametrize(
    ("name", "old", "new", "check", "outcome"),
    [
        pytest.param(
            *("rtx-3080-v12.xml", "<total>10240 MiB", "<total>20480 MiB", "memory-total", "CONTRADICTED"),
            id="3080 with 20 GB",
        ),
        pytest.param(
            *("rtx-3080-palit-550.txt", ": 10240 MiB", ": 20480 MiB", "memory-total", "CONTRADICTED"),
            id="3080 with 20 GB, text",
        ),
        pytest.param(
            *("rtx-4090-wsl-docker-537.txt", ": 24564 MiB", ": 49140 MiB", "memory-total", "CONTRADICTED"),
            id="4090 with 48 GB",
        ),
        pytest.param(
            *("rtx-3090-v12.xml", "<total>24576 MiB", "<total>49152 MiB", "memory-total", "CONTRADICTED"),
            id="3090 with 48 GB and masked ids",
        ),
        pytest.param(
            *("rtx-3080-v12.xml", "GeForce RTX 3080<", "GeForce RTX 4090<", "identity-name", "SUSPICIOUS"),
            id="name of another die",
        ),
        pytest.param(
            *("rtx-3080-v12.xml", "GeForce RTX 3080<", "GeForce RTX 4090<", "die-architecture", "CONTRADICTED"),
            id="name of another architecture",
        ),
        pytest.param(
            *("gtx-1070-ti-470.xml", "86.04.85.00.B1", "95.02.85.00.B1", "firmware-vbios-prefix", "SUSPICIOUS"),
            id="vBIOS of another die",
        ),
        pytest.param(
            *("rtx-3090-v12.xml", "94.02.71.40.72", "95.02.71.40.72", "firmware-vbios-prefix", "SUSPICIOUS"),
            id="vBIOS of another die where the ids are masked",
        ),
        pytest.param(
            *("gtx-980-440.xml", "13C010DE", "140410DE", "identity-counterfeit-id", "CONTRADICTED"),
            id="device id 1404",
        ),
        pytest.param(
            *("tesla-t4-passthrough-550.xml", "12A210DE", "40BF1458", "board-subsystem", "SUSPICIOUS"),
            id="datacentre name on a partner's subsystem",
        ),
        pytest.param(
            *("tesla-t4-passthrough-550.xml", "G183.0200.00.02", "G001.0000.02.04", "firmware-inforom", "SUSPICIOUS"),
            id="datacentre name with a consumer InfoROM",
        ),
        pytest.param(
            *("rtx-3080-palit-550.txt", "2216-202-A1", "2204-300-A1", "firmware-part-number", "SUSPICIOUS"),
            id="part number of another device",
        ),
    ],
)
def test_one_changed_field_of_a_real_dump_is_found(
    name: str, old: str, new: str, check: str, outcome: str, catalogue: Catalogue
) -> None:
    text = dump(name).decode()
    assert old in text
    found = accusations(judged(text.replace(old, new, 1).encode(), name, catalogue))
    assert found[check].outcome.value == outcome


@pytest.mark.parametrize("name", _SEVERAL)
def test_the_same_uuid_on_two_cards_of_a_real_dump_is_found(name: str, catalogue: Catalogue) -> None:
    text = dump(name).decode()
    twice = re.sub(r"<uuid>[^<]*</uuid>", "<uuid>GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4</uuid>", text)
    assert "identity-duplicate" in accusations(judged(twice.encode(), name, catalogue))
