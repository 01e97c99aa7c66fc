"""Lists inside a capture that was handed in: nobody read them here, and they must not look as if somebody had."""

from datetime import UTC, datetime

from probes.test_capture_beside import EVIDENCE

from gpu_inspector.probes import incoming
from gpu_inspector.records import canonical
from gpu_inspector.records.evidence import Evidence, Origin


def reviewed(data: bytes) -> Evidence:
    return incoming.to_evidence(
        data, "x.json", tool_version="0", reference_version="0", collected_at=datetime(2026, 11, 26, tzinfo=UTC)
    )


def test_a_list_that_the_file_brought_along_bears_that_in_its_name_once() -> None:
    once = reviewed(canonical.encode(EVIDENCE))
    assert once.origin is Origin.FILE
    assert [one.name.endswith("(by the reviewed file's own words)") for one in once.inventories] == [True]
    again = reviewed(canonical.encode(once))
    assert [one.name for one in again.inventories] == [one.name for one in once.inventories]
    assert once.inventories[0].rows == EVIDENCE.inventories[0].rows
