"""`history --registry` and `inspect` with a registry, from outside: what is printed, and what a dead one changes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cards import row_of
from dumps import dump_of
from registry_filled import Filled
from registry_server import Urls

from gpu_inspector.cli.main import main

SERIAL = "1324520012345"
NOBODY = "postgresql://office@127.0.0.1:9/registry"


def test_the_history_of_all_offices(
    registry_urls: Urls, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Filled(registry_urls)
    made.put("A", verdict="CONTRADICTED", product="NVIDIA \u202eL4")
    made.put("C", product="Tesla T4")
    made.index()
    monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", registry_urls.office_c)
    assert main(["history", "--registry"]) == 0
    told = capsys.readouterr().out
    assert len(told.splitlines()) == 2
    assert "Office A 1" in told
    assert "[U+202E]L4" in told
    assert main(["history", "--registry", "tesl", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["inspections"]
    assert (row["registered"], row["product"], row["case"]) == ("Office C", "Tesla T4", "A-2026/17")
    monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", registry_urls.office_b)
    assert main(["history", "--registry"]) == 0
    assert capsys.readouterr().out == "No inspection fits.\n"


def test_without_a_registry_or_with_a_dead_one_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", "--registry"]) == 1
    assert "No registry is named." in capsys.readouterr().err
    monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", NOBODY)
    assert main(["history", "--registry"]) in (1, 3)
    assert "does not answer" in capsys.readouterr().err
    assert main(["history"]) == 0  # the ledger works without any of this
    assert main(["history", "--registry", "--tag", "x.png"]) == 2


def test_an_inspection_tells_of_other_offices_and_goes_on_without_them(
    registry_urls: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL), ("uuid", "GPU-11d5a9b3-7c2e-4f60-8a31-5e9d02c47f18")))
    dump = tmp_path / "dump.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4"), serial=SERIAL, uuid="GPU-5d1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d4"))
    ledger = str(tmp_path / "l.sqlite")
    found: dict[str, dict[str, str]] = {}
    statuses: list[int] = []
    verdicts: list[str] = []
    for url in (registry_urls.office_b, NOBODY, registry_urls.office_b):
        monkeypatch.setenv("GPU_INSPECTOR_REGISTRY", url)
        capsys.readouterr()
        statuses.append(main(["inspect", "--from", str(dump), "--json", "--ledger", ledger]))
        told = capsys.readouterr()
        document = json.loads(told.out)
        verdicts.append(document["verdict"])
        findings = document["cards"][0]["findings"]
        found[url] = next(one for one in findings if one["check"] == "identity-registry-sightings")
    assert found[registry_urls.office_b]["outcome"] == "NOTED"
    assert "Office A saw the serial on 2026-11-01" in found[registry_urls.office_b]["text"]
    assert found[NOBODY]["outcome"] == "INCONCLUSIVE"
    assert "asked again later" in json.dumps(found[NOBODY])
    assert len(set(verdicts)) == len(set(statuses)) == 1
    # The third inspection asked what the second one could not, and tells it.
    assert "The registry answered later, of inspection 2" in told.err


def test_nothing_of_postgresql_is_loaded_where_no_registry_is_named(tmp_path: Path) -> None:
    dump = tmp_path / "dump.xml"
    dump.write_bytes(dump_of(row_of("Tesla T4")))
    program = (
        "import sys; from gpu_inspector.cli.main import main;"
        f" main(['inspect', '--from', {str(dump)!r}, '--ledger', {str(tmp_path / 'l.sqlite')!r}]);"
        " print([one for one in sys.modules if one.startswith(('psycopg', 'gpu_inspector.registry'))], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "[]"
