"""What may follow a signed report, and what a forger puts there instead."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from report.authorities import party
from report.forgery import flipped
from report.sealed import LATER, SHAPES, countersigned, office, plain, stamped
from report.test_examine_attacks import ATTACKS

from gpu_inspector.report import archive, signature
from gpu_inspector.report.examine import examine
from gpu_inspector.report.proofs import Proofs
from gpu_inspector.report.revocation import Sources
from gpu_inspector.report.seen import Kind

FLIPS = 24
"""Of each shape; `make prove` flips thousands of bits, through the whole of `verify`."""
LEVELS = {"B-B": "B-B", "B-B with a free field": "B-B", "countersigned": "B-B", "B-T": "B-T"}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_a_report_is_intact_and_its_signers_are_known(shape: str) -> None:
    found = examine(SHAPES[shape](), office().roots)
    assert (found.intact, found.ours, found.trusted, found.problems) == (True, True, True, ())
    assert found.level == LEVELS.get(shape, "B-LTA")
    assert [seal.trusted for seal in found.seals] == [True] * len(found.seals)
    assert found.seals[0].kind is Kind.REPORT and found.signer.endswith("Officer One")
    assert (Kind.COUNTERSIGNATURE in [seal.kind for seal in found.seals]) is ("countersigned" in shape)


@pytest.mark.parametrize("shape", SHAPES)
def test_without_the_roots_nobody_is_known_and_nothing_is_altered(shape: str) -> None:
    found = examine(SHAPES[shape]())
    assert found.intact and not any(seal.trusted for seal in found.seals)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "B-B"])
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_on_any_shape_is_found(attack: Callable[[bytes], bytes], shape: str) -> None:
    signed = SHAPES[shape]()
    changed = attack(signed)
    assert changed != signed
    found = examine(changed, office().roots)
    assert not found.intact and not found.trusted and found.record is None
    assert found.problems and all(problem.endswith(".") for problem in found.problems)


@pytest.mark.parametrize("shape", [shape for shape in SHAPES if shape != "B-B"])
def test_flips_anywhere_are_found(shape: str) -> None:
    """A stride over the whole file, so that every update, token and proof is met."""
    signed = SHAPES[shape]()
    step = len(signed) // FLIPS
    for number in range(FLIPS):
        changed = flipped(signed, number * step + number % step, number % 8)
        assert not examine(changed).intact, number


def test_cut_back_to_an_earlier_revision_is_that_report_and_no_more() -> None:
    """Whoever cuts the later revisions off has the report as it was first signed: whole, and with less to show."""
    whole = SHAPES["countersigned, then B-LTA"]()
    first = examine(whole).signed_bytes
    found = examine(whole[:first], office().roots)
    assert found.intact and found.level == "B-B" and len(found.seals) == 1


def test_after_the_certificates_end_only_the_stamped_report_stands() -> None:
    later = datetime.now(UTC) + LATER
    assert examine(SHAPES["B-LTA"](), office().roots, later).trusted
    assert examine(SHAPES["B-LTA, countersigned, archived"](), office().roots, later).trusted
    alone = examine(SHAPES["B-B"](), office().roots, later)
    assert alone.intact and not alone.trusted
    assert any("ran out" in remark and "no time stamp" in remark for remark in alone.remarks)


def test_a_stamp_of_an_unknown_service_proves_nothing() -> None:
    later = datetime.now(UTC) + LATER
    found = examine(SHAPES["B-LTA"](), (office().root.der,), later)
    assert found.intact and not found.trusted
    assert any("service is not known" in remark for remark in found.seals[1].remarks)
    assert examine(SHAPES["B-LTA"](), (office().root.der,)).trusted  # today the officer's certificate stands by itself


def test_after_the_services_end_the_stamp_needs_another_one_over_it() -> None:
    found = examine(SHAPES["B-LTA"](), office().roots, datetime.now(UTC) + timedelta(days=3700))
    assert found.intact and not found.trusted
    assert any("time-stamp service's certificate" in remark for remark in found.seals[1].remarks)


@pytest.mark.parametrize("minutes", [-30, 30], ids=["before-the-stamp", "after-the-stamp"])
def test_a_revocation_counts_from_its_day_on(minutes: int) -> None:
    """A certificate that was taken back before it signed makes nobody known; afterwards it did sign."""
    from dataclasses import replace

    from report.authorities import revocation_list
    from report.sealed import Office

    here = office()
    issuing = replace(here.issuing, revoked={})
    now = datetime.now(UTC).replace(microsecond=0)
    when = now + timedelta(minutes=minutes)
    issuing.revoked[here.officer.certificate.serial_number] = when
    lists = tuple(revocation_list(one) for one in (here.root, here.clock_root))
    listed = revocation_list(issuing, max(now, when))
    assert isinstance(here, Office)
    done = stamped(plain(), Sources(here.sources().certificates, Proofs((*lists, listed))))
    found = examine(done, here.roots, now + timedelta(days=1))
    assert found.intact
    assert found.trusted is (minutes > 0)
    assert any("revoked" in remark for remark in found.remarks) is (minutes < 0) or minutes > 0


def test_a_strangers_countersignature_lifts_nobody_and_is_told_apart() -> None:
    from gpu_inspector.report import countersign
    from gpu_inspector.report.identity import SigningIdentity

    stranger = party("Stranger")
    done = countersign.countersigned(
        plain(reviewer=True), SigningIdentity(stranger.der, stranger.key), reason="seen", place=""
    )
    found = examine(done, office().roots)
    assert found.intact and found.trusted
    assert [seal.trusted for seal in found.seals] == [True, False]
    alone = examine(done, (stranger.der,))
    assert alone.intact and not alone.trusted
    assert [seal.trusted for seal in alone.seals] == [False, True]


def _words_over_the_page(writer: Any) -> None:
    page = writer.find_page_for_modification(0)[0].get_object()
    stream = generic.StreamObject(stream_data=b"q 1 g 0 0 900 900 re f Q")
    old = page.raw_get("/Contents")
    page[generic.pdf_name("/Contents")] = generic.ArrayObject([old, writer.add_object(stream)])


def _open_action(writer: Any) -> None:
    action = {generic.pdf_name("/S"): generic.pdf_name("/Named"), generic.pdf_name("/N"): generic.pdf_name("/Print")}
    writer.root[generic.pdf_name("/OpenAction")] = generic.DictionaryObject(action)  # type: ignore[no-untyped-call]
    writer.update_root()


def _other_outlines(writer: Any) -> None:
    writer.root[generic.pdf_name("/PageMode")] = generic.pdf_name("/UseOutlines")
    writer.update_root()


def _loose(writer: Any) -> None:
    writer.add_object(generic.pdf_string("loose"))


def _noted(writer: Any) -> None:
    note = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            generic.pdf_name("/Contents"): generic.pdf_string("CONSISTENT"),
        }
    )
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))


def _noted_in_place(writer: Any) -> None:
    """An annotation that is written into the page's own list: no object of its own gives it away."""
    pages = writer.root["/Pages"]["/Kids"]
    page = pages[len(pages) - 1]
    note = generic.DictionaryObject(  # type: ignore[no-untyped-call]
        {
            generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
            generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
            generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 600, 800))),
            generic.pdf_name("/Contents"): generic.pdf_string("CONSISTENT"),
        }
    )
    page["/Annots"].append(note)
    writer.update_container(page)


def _field_in_place(writer: Any) -> None:
    """A form field that is written into the form's own list."""
    form = writer.root["/AcroForm"]
    field = {generic.pdf_name("/FT"): generic.pdf_name("/Tx"), generic.pdf_name("/T"): generic.pdf_string("Verdict")}
    form["/Fields"].append(generic.DictionaryObject(field))  # type: ignore[no-untyped-call]
    writer.update_container(form)


def _swapped(writer: Any) -> None:
    spec = writer.root["/Names"]["/EmbeddedFiles"]["/Names"][1]
    stream = generic.StreamObject(stream_data=b"{}")
    spec["/EF"][generic.pdf_name("/F")] = writer.add_object(stream)
    writer.update_container(spec)


def _information(writer: Any) -> None:
    information = writer.trailer["/Info"]
    information[generic.pdf_name("/Title")] = generic.pdf_string("Another")
    writer.update_container(information)


HIDDEN: dict[str, Callable[[Any], None]] = {
    "contents-of-a-page": _words_over_the_page,
    "open-action": _open_action,
    "page-mode": _other_outlines,
    "loose-object": _loose,
    "annotation": _noted,
    "annotation-in-the-list": _noted_in_place,
    "field-in-the-list": _field_in_place,
    "attachment": _swapped,
    "information": _information,
}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        pytest.param(kind, change, id=f"{kind}-{name}")
        for kind in ("stamp", "countersignature")
        for name, change in HIDDEN.items()
        if (kind, name) != ("stamp", "field-in-the-list")  # the library that writes the stamp's field refuses it
    ],
)
def test_what_an_update_hides_under_a_true_seal_is_found(
    change: Callable[[Any], None], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds any key at all can seal what he added; the seal is sound, the addition is not."""

    class Hiding(signature._Writer):
        def __init__(self, stream: BytesIO) -> None:
            super().__init__(stream)
            change(self)

    signed = plain(reviewer=True)
    monkeypatch.setattr(f"gpu_inspector.report.{'archive' if kind == 'stamp' else 'countersign'}._Writer", Hiding)
    done = stamped(signed) if kind == "stamp" else countersigned(signed)
    found = examine(done, office().roots)
    assert not found.intact and not found.trusted


def test_a_token_with_bytes_that_nobody_signed_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    from report.authorities import Service

    from gpu_inspector.report.timestamp import parts
    from gpu_inspector.report.tsa import TimeStamp

    def loose(digest: bytes) -> TimeStamp:
        token = Service(office().clock).token(digest)
        return TimeStamp(token, (office().clock.der, *office().clock.chain), parts(token).gen_time)

    done = archive.upgraded(plain(), loose, datetime.now(UTC), office().sources()).pdf
    found = examine(done, office().roots)
    assert not found.intact
    assert any("no signature covers" in problem for problem in found.problems)


def test_a_second_report_of_the_same_key_does_not_follow_the_first() -> None:
    """The revisions of one report behind those of another are no file of ours."""
    first, second = plain(), plain(who=office().second)
    assert not examine(first + second).intact


def test_a_stamp_that_came_too_late_is_said_to_be_late() -> None:
    """The certificate had run out when the report was stamped: its own clock is no proof, and neither is the stamp."""
    here = office()
    short = party("Officer Short", here.issuing, begin=datetime.now(UTC) - timedelta(days=20), days=10)
    found = examine(stamped(plain(who=short)), here.roots)
    assert found.intact and not found.trusted
    assert any("before the first time stamp" in remark for remark in found.remarks)
