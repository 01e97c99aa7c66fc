"""A signed report with photographs: intact as it is, and found altered when one picture is another."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from cards import row_of
from report.forgery import before_signing
from report.pictures import JPEGS, ORIENTATIONS, OTHERS, UNPRINTABLE, by_digest, packed, photograph, slope
from report.report_records import entry_of
from report.test_measured_pages import _inspection
from silicon_records import silicon_of_row

from gpu_inspector.records import canonical
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.report import document, photographs
from gpu_inspector.report.identity import SigningIdentity, load_or_make
from gpu_inspector.report.signature import Attachment, sign
from gpu_inspector.workflow.inspecting import reason_of, store_and_report
from gpu_inspector.workflow.photographs import folder, kept_bytes, take
from gpu_inspector.workflow.verifying import State, Verification, verify

PICTURES = by_digest(*JPEGS, *OTHERS, *UNPRINTABLE)
STRANGER = packed(slope().rotate(180), "JPEG")


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> SigningIdentity:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GPU_INSPECTOR_PASSPHRASE", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"):
            patch.delenv(name, raising=False)
        patch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
        return load_or_make(tmp_path_factory.mktemp("home") / "identity")


@pytest.fixture(scope="module")
def record() -> Inspection:
    row = row_of("NVIDIA GeForce RTX 4090")
    shots = [photograph(data, orientation=turn) for data, turn in zip(JPEGS, ORIENTATIONS, strict=True)]
    shots += [photograph(data) for data in (*OTHERS, *UNPRINTABLE, b"not at hand")]
    made = _inspection(silicon_of_row(row))
    return replace(made, case=replace(made.case, photographs=tuple(shots)))


def _drawn(record: Inspection, identity: SigningIdentity, pictures: dict[str, bytes] = PICTURES) -> bytes:
    return document.draw(record, entry_of(record), signer=identity.fingerprint, photographs=pictures)


def _signed(
    record: Inspection,
    identity: SigningIdentity,
    drawn: bytes,
    more: tuple[Attachment, ...] | None = None,
) -> Verification:
    kept = photographs.attachments(record.case.photographs, PICTURES) if more is None else more
    entry = entry_of(record)
    pdf = sign(
        drawn, canonical.encode(record), entry, identity, reason=reason_of(entry), place=record.case.place, more=kept
    )
    return verify(pdf, (), load(), words=True)


def _stands(found: Verification) -> bool:
    return found.state is State.UNKNOWN_SIGNER and not found.problems


def test_a_report_with_photographs_of_every_kind_is_intact(record: Inspection, identity: SigningIdentity) -> None:
    found = _signed(record, identity, _drawn(record, identity))
    assert _stands(found), found.problems
    assert found.notes
    assert "Photograph 1 of" in found.printed


def test_a_report_whose_pictures_were_not_at_hand_is_intact(record: Inspection, identity: SigningIdentity) -> None:
    assert _stands(_signed(record, identity, _drawn(record, identity, {}), more=()))


def _stream(opened: pikepdf.Pdf, packing: str) -> pikepdf.Stream:
    return next(
        one
        for one in opened.objects
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image" and one.get("/Filter") == packing
    )


def _another_jpeg(opened: pikepdf.Pdf) -> None:
    _stream(opened, "/DCTDecode").write(STRANGER, filter=pikepdf.Name.DCTDecode)


def _one_byte_of_a_jpeg(opened: pikepdf.Pdf) -> None:
    held = _stream(opened, "/DCTDecode")
    data = bytearray(held.read_raw_bytes())
    data[len(data) // 2] ^= 1
    held.write(bytes(data), filter=pikepdf.Name.DCTDecode)


def _one_pixel(opened: pikepdf.Pdf) -> None:
    held = _stream(opened, "/FlateDecode")
    data = bytearray(held.read_bytes())
    data[len(data) // 2] ^= 1
    held.write(zlib.compress(bytes(data)), filter=pikepdf.Name.FlateDecode)


def _upside_down(opened: pikepdf.Pdf) -> None:
    _stream(opened, "/DCTDecode")["/Decode"] = pikepdf.Array([1, 0, 1, 0, 1, 0])


def _two_swapped(opened: pikepdf.Pdf) -> None:
    page = next(page for page in opened.pages if len(page.Resources.get("/XObject", {})) == 2)
    names = list(page.Resources.XObject.keys())
    held = [page.Resources.XObject[name] for name in names]
    for name, other in zip(names, reversed(held), strict=True):
        page.Resources.XObject[name] = other


def _packed_as_jpeg(opened: pikepdf.Pdf) -> None:
    held = _stream(opened, "/FlateDecode")
    held.write(held.read_bytes(), filter=pikepdf.Name.DCTDecode)


@pytest.mark.parametrize(
    "change", [_another_jpeg, _one_byte_of_a_jpeg, _one_pixel, _upside_down, _two_swapped, _packed_as_jpeg]
)
def test_a_changed_picture_is_found_though_it_was_signed_again(
    change: Callable[[pikepdf.Pdf], None], record: Inspection, identity: SigningIdentity
) -> None:
    drawn = before_signing(change)(_drawn(record, identity))
    assert _signed(record, identity, drawn).state is State.ALTERED


def test_the_same_file_saved_by_another_program_before_signing_differs_in_nothing(
    record: Inspection, identity: SigningIdentity
) -> None:
    """The forgeries above are found for what they change, not for how they were saved."""
    drawn = before_signing(lambda _opened: None)(_drawn(record, identity))
    assert _stands(_signed(record, identity, drawn))


def test_an_attached_photograph_that_is_missing_or_another_is_found(
    record: Inspection, identity: SigningIdentity
) -> None:
    drawn = _drawn(record, identity)
    kept = photographs.attachments(record.case.photographs, PICTURES)
    assert _signed(record, identity, drawn, kept[1:]).state is State.ALTERED
    assert _signed(record, identity, drawn, kept[:-1]).state is State.ALTERED
    other = replace(kept[0], data=packed(slope().rotate(180), "PNG"))
    assert _signed(record, identity, drawn, (other, *kept[1:])).state is State.ALTERED
    extra = replace(kept[0], name="photograph-99.png")
    assert _signed(record, identity, drawn, (*kept, extra)).state is State.ALTERED


def test_kept_pictures_come_back_unless_they_were_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path))
    first, second = (take(file, "p.jpg").photograph for file in (JPEGS[0], OTHERS[0]))
    case = replace(_inspection(None).case, photographs=(first, second, photograph(b"gone")))
    assert kept_bytes(case) == {first.sha256: JPEGS[0], second.sha256: OTHERS[0]}
    (folder() / f"{first.sha256}.jpg").write_bytes(JPEGS[1])
    assert set(kept_bytes(case)) == {second.sha256}


def test_whoever_has_the_report_has_the_pictures(record: Inspection, identity: SigningIdentity) -> None:
    entry = entry_of(record)
    kept = photographs.attachments(record.case.photographs, PICTURES)
    pdf = sign(_drawn(record, identity), canonical.encode(record), entry, identity, reason="", place="", more=kept)
    assert photographs.shown_in(pdf) == PICTURES
    with pikepdf.open(BytesIO(pdf)) as opened:
        for one in kept:
            assert opened.attachments[one.name].get_file().read_bytes() == one.data


def test_an_inspection_with_photographs_is_stored_reported_and_verified(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way, as the command line and the window go it."""
    monkeypatch.setenv("GPU_INSPECTOR_HOME", str(tmp_path / "home"))
    for name in ("GPU_INSPECTOR_PASSPHRASE", "DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nonexistent")
    made = _inspection(silicon_of_row(row_of("NVIDIA GeForce RTX 4090")))
    shots = tuple(take(file, "p.jpg").photograph for file in (JPEGS[0], JPEGS[9], *OTHERS))
    made = replace(made, case=replace(made.case, photographs=shots))
    done = store_and_report(made, tmp_path / "ledger.db", tmp_path / "report.pdf")
    assert done.report is not None, done.failure
    found = verify(done.report.read_bytes(), (), load())
    assert _stands(found), found.problems
    assert set(photographs.shown_in(done.report.read_bytes())) == {shot.sha256 for shot in shots}
