"""An altered bench takes the ground from under every claim, and accuses nobody."""

from dataclasses import replace
from typing import Any

import pytest
from cards import finding_of, genuine, on_bench, row_of

from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import Evidence, Origin, VouchedFile
from gpu_inspector.records.finding import Identity, Outcome, identity_of
from gpu_inspector.workflow.judging import judge

RUNFILE = VouchedFile("/lib/modules/6.1/kernel/drivers/video/nvidia.ko", "unvouched")
DKMS = VouchedFile("/lib/modules/6.1/updates/dkms/nvidia.ko", "built from a vouched source", "nvidia-kernel-dkms", "5")


@pytest.fixture
def card() -> Evidence:
    return genuine(row_of("NVIDIA GeForce RTX 4090"), "2684")


def core_of_bench(evidence: Evidence, catalogue: Catalogue) -> Identity:
    """Identity as the bench's checks alone would have it."""
    (card,) = judge(evidence, Declaration(), catalogue).cards
    return identity_of(tuple(one for one in card.findings if one.check.startswith("bench-")))


@pytest.mark.parametrize(
    ("fields", "check", "word"),
    [
        pytest.param({"preloaded": ("LD_PRELOAD=/tmp/fake.so",)}, "bench-preload", "fake.so", id="preloaded library"),
        pytest.param({"module": RUNFILE}, "bench-driver", "nvidia.ko", id="driver that no package vouches for"),
        pytest.param(
            {"module": replace(RUNFILE, state="altered")}, "bench-driver", "nvidia.ko", id="driver file altered"
        ),
        pytest.param({"module": replace(RUNFILE, state="unknown")}, "bench-driver", "nvidia.ko", id="nobody to ask"),
        pytest.param({"module": None}, "bench-driver", "", id="module's file not found"),
        pytest.param({"module_in_use_matches": False}, "bench-driver", "", id="module in use is another"),
        pytest.param({"module_in_use_matches": None}, "bench-driver", "", id="module in use not known"),
        pytest.param({"libraries": ()}, "bench-driver", "", id="libraries not found"),
        pytest.param({"driver_version": None}, "bench-driver", "", id="a driver answers that nobody sees"),
        pytest.param({"driver_version": None}, "bench-patches", "", id="a driver answers that nobody sees, patches"),
        pytest.param(
            {"libraries": (VouchedFile("/opt/lib/libnvidia-ml.so.1", "unvouched"),)},
            *("bench-driver", "libnvidia-ml"),
            id="library that no package vouches for",
        ),
        pytest.param({"patch_signs": ("SEC2_DEBUG: mode 3",)}, "bench-patches", "SEC2_DEBUG", id="known patch"),
        pytest.param({"kernel_log_read": False}, "bench-patches", "", id="kernel log not readable"),
        pytest.param({"virtual_machine": "KVM"}, "bench-machine", "KVM", id="virtual machine"),
        pytest.param({"virtual_machine": None}, "bench-machine", "", id="cannot tell whether virtual"),
    ],
)
def test_identity_cannot_be_consistent(
    fields: dict[str, Any], check: str, word: str, card: Evidence, catalogue: Catalogue
) -> None:
    assert core_of_bench(card, catalogue) is Identity.CONSISTENT, "the stock bench fails already"
    altered = on_bench(card, **fields)
    found = finding_of(altered, check, catalogue)
    assert found.outcome is Outcome.INCONCLUSIVE
    assert word in str(found.values)
    assert found.advice, "it must say what to do"
    assert core_of_bench(altered, catalogue) is Identity.INCONCLUSIVE


def test_a_stock_dkms_build_without_secure_boot_passes_with_a_note(card: Evidence, catalogue: Catalogue) -> None:
    bench = on_bench(card, module=DKMS, secure_boot=False, taint=12288, module_signer=None)
    assert finding_of(bench, "bench-driver", catalogue).outcome is Outcome.NOTED
    assert core_of_bench(bench, catalogue) is Identity.CONSISTENT


def test_a_clock_that_is_not_synchronised_is_noted(card: Evidence, catalogue: Catalogue) -> None:
    bench = on_bench(card, clock_synchronised=False)
    assert finding_of(bench, "bench-clock", catalogue).outcome is Outcome.NOTED
    assert core_of_bench(bench, catalogue) is Identity.CONSISTENT


@pytest.mark.parametrize("origin", [Origin.FILE, Origin.SAMPLE])
def test_what_was_not_seen_here_is_inconclusive(origin: Origin, card: Evidence, catalogue: Catalogue) -> None:
    assert finding_of(replace(card, origin=origin), "bench-origin", catalogue).outcome is Outcome.INCONCLUSIVE


def test_an_unknown_bench_is_inconclusive(card: Evidence, catalogue: Catalogue) -> None:
    assert core_of_bench(replace(card, host=None), catalogue) is Identity.INCONCLUSIVE
