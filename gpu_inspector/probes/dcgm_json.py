"""Diagnoses of NVIDIA's Data Center GPU Manager: what `dcgmi diag -r N -j` prints, in the layouts of its versions.

Known from DCGM's public source (NVIDIA/DCGM, dcgmi/Diag.cpp and nvvs/include/NvvsJsonStrings.h, releases 2.2 to 4.6,
read; nothing of it is used here):
- to 3.x the outer key is "DCGM GPU Diagnostic", results bear "gpu_ids" (2.x; also "0,1,2") or "gpu_id", a warning is a
  text or an object, and version, driver, "GPU Device IDs" and "GPU Device Serials" stand beside the outer key;
- from 4.0 it is "DCGM Diagnostic", results bear an entity's group and number, each test a summary, and version and
  driver stand under "metadata", ids and serials under "entity_groups";
- several runs stand under "iterations"; a diagnosis that could not run has a "runtime_error" alone;
- a result that names no GPU is of all of them: the deployment tests look at the machine.
The numbers are DCGM's own, and no PCI addresses. Lists have holes (null), and warnings of the shell stand before it.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from gpu_inspector.errors import ProbeError
from gpu_inspector.language import N_
from gpu_inspector.probes import foreign_tests, untrusted
from gpu_inspector.probes.dcgm_results import Results, added
from gpu_inspector.probes.handed import Handed
from gpu_inspector.probes.smi_decode import decode
from gpu_inspector.records.evidence import CardEvidence, Gap
from gpu_inspector.records.foreign import ForeignTest, ToolReading
from gpu_inspector.records.measured_words import counted

FORM = "dcgm-json"
LARGEST = 16 * 1024 * 1024
"""Bytes; a diagnosis of sixteen cards has less than one megabyte."""
_OUTER = re.compile(rb'"DCGM (?:GPU )?Diagnostic"\s{0,64}:')
MOST_GPUS = 64
"""GPUs of one diagnosis; DCGM itself holds 32."""
_NAMES = ("DCGM Diagnostic", "DCGM GPU Diagnostic")
_DEVICE_ID = re.compile(r"(?:0x)?([0-9A-Fa-f]{1,4})")
_SERIAL = re.compile(r"(?=[^0-9]{0,63}[0-9])[0-9A-Za-z-]{1,64}")
"""DCGM writes words in angle brackets where a card has none, which two cards would share."""
_BROKEN = N_("The diagnosis of DCGM is no whole JSON document{where}.")
_AGAIN = N_("Ask for the output of `dcgmi diag -r 3 -j`, saved as it is.")


def looks_like(data: bytes) -> bool:
    """Whether an outer key of DCGM's stands in the file's head, as a key: in no capture of ours; never raises."""
    return _OUTER.search(data[: foreign_tests.HEAD].replace(b"\0", b"")) is not None


def to_cards(data: bytes, name: str) -> Handed:
    """A card for each GPU that the diagnosis numbers. Raises ProbeError where it is no whole document."""
    if len(data) > LARGEST:
        raise ProbeError(f"The file has {len(data):,} bytes; no diagnosis of DCGM has more than {LARGEST:,}.", _AGAIN)
    text, notes = decode(data)
    document = _document(text)
    version, driver = _versions(document)
    tool = f"DCGM {version}" if version else "DCGM"
    results = Results()
    runs = list(_runs(document))
    for number, run in enumerate(runs, 1):
        added(results, run, N_(f", run {number}") if len(runs) > 1 else "")
        _identities(run, results)
    if not results.tests and not results.gpus:
        raise ProbeError("The diagnosis of DCGM holds no result.", _AGAIN)
    gpus: list[int | None] = [*sorted(results.gpus)] or [None]
    if len(gpus) > MOST_GPUS:
        raise ProbeError(f"The diagnosis names {len(gpus):,} GPUs; no machine has as many.", _AGAIN)
    cards = []
    for gpu in gpus:
        card, said = _card(gpu, results, tool, driver)
        cards.append(card)
        notes = (*notes, *said)
    if results.others:
        notes = (*notes, N_(f"left out: {counted(results.others, 'result', 'results')} of processors and other parts"))
    return Handed(cards=tuple(cards), notes=notes)


def _document(text: str) -> dict[str, Any]:
    """The first JSON object that has one of the outer keys; a shell's own lines may stand before and behind it."""
    start = text.find("{")
    try:
        found, _ = json.JSONDecoder().raw_decode(text, max(start, 0))
    except json.JSONDecodeError as error:
        raise ProbeError(_BROKEN.format(where=N_(f" (line {error.lineno})")), _AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise ProbeError(_BROKEN.format(where=""), _AGAIN) from error
    if not isinstance(found, dict):
        raise ProbeError(_BROKEN.format(where=""), _AGAIN)
    return found


def _runs(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The whole document, or each of its iterations."""
    several = document.get("iterations")
    if not isinstance(several, list):
        yield document
        return
    yield from (one for one in several if isinstance(one, dict))


def _versions(document: dict[str, Any]) -> tuple[str, str]:
    """DCGM's version and the driver's; "" where the document does not say."""
    version = driver = ""
    for run in _runs(document):
        inner: dict[str, Any] = next((run[key] for key in _NAMES if isinstance(run.get(key), dict)), {})
        for place in (run, run.get("metadata"), inner):
            if isinstance(place, dict):
                version = version or _text(place.get("version"))[:40]
                driver = driver or _text(place.get("Driver Version Detected"))[:40]
    return version, driver


def _identities(run: dict[str, Any], results: Results) -> None:
    """Device ids and serials, in either layout, by DCGM's number of the GPU."""
    ids, serials = run.get("GPU Device IDs"), run.get("GPU Device Serials")
    pairs = ids.items() if isinstance(ids, dict) else enumerate(ids) if isinstance(ids, list) else ()
    known: list[tuple[object, object, object]] = [(number, one, None) for number, one in pairs]
    known += [(number, None, one) for number, one in serials.items()] if isinstance(serials, dict) else []
    groups = run.get("entity_groups")
    for group in groups if isinstance(groups, list) else ():
        if isinstance(group, dict) and group.get("entity_group") == "GPU" and isinstance(group.get("entities"), list):
            rows = [one for one in group["entities"] if isinstance(one, dict)]
            known += [(one.get("entity_id"), one.get("device_id"), one.get("serial_num")) for one in rows]
    listed = isinstance(ids, list)
    for number, device, serial in known:
        gpu = results.number(number)
        if gpu is None:
            continue
        # The old list of ids is by place, which need not be the number where some GPUs were chosen.
        if not (listed and device is not None) or gpu in results.gpus or not results.gpus:
            results.gpus.setdefault(gpu, {})
            found = _DEVICE_ID.fullmatch(_text(device))
            if found:
                results.gpus[gpu].setdefault("device_id", found[1].upper().zfill(4))
            if _SERIAL.fullmatch(_text(serial)):
                results.gpus[gpu].setdefault("serial", _text(serial))


def _card(gpu: int | None, results: Results, tool: str, driver: str) -> tuple[CardEvidence, tuple[str, ...]]:
    mine = [one for owner, one in results.tests if owner is None or owner == gpu]
    tests, notes = foreign_tests.kept([_test(one, tool) for one in mine])
    said = results.gpus.get(gpu, {}) if gpu is not None else {}
    reading = None
    if said:
        reading = ToolReading(
            tool=tool,
            form=FORM,
            device_id=said.get("device_id"),
            serial=said.get("serial"),
            driver_version=driver or None,
            sensors=((N_("DCGM's number of the GPU"), str(gpu)),),
        )
    lacking = N_("name, memory or PCI address") if said else N_("device id, serial number, name or memory")
    gaps = (
        *(
            Gap(source, N_("Not looked at: the evidence is a file."), N_("Inspect the card itself."))
            for source in ("pci", "nvml")
        ),
        Gap("driver", N_(f"The diagnosis of DCGM gives no {lacking} of the card."), N_("Inspect the card itself.")),
    )
    label = N_(f"GPU {gpu} of the file") if gpu is not None else N_("card of the file")
    return CardEvidence(label=label, tool=reading, tests=tests, gaps=gaps), notes


def _test(one: ForeignTest, tool: str) -> ForeignTest:
    return ForeignTest(tool=tool, form=FORM, name=one.name, outcome=one.outcome, detail=one.detail)


def _text(value: object) -> str:
    return untrusted.clean(value) if isinstance(value, str) else ""
