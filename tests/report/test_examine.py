"""One byte changed anywhere is found, and no bytes at all raise."""

import datetime
import hashlib
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st
from report.forgery import flipped, gap_of, resigned
from report.report_records import entry_of, inspection, suspicious
from sampling import examples

from gpu_inspector.records import canonical
from gpu_inspector.report import cms
from gpu_inspector.report.document import draw
from gpu_inspector.report.examine import examine
from gpu_inspector.report.identity import SigningIdentity

QUICK_FLIPS = 300
PROVEN_FLIPS = 5000


def test_an_honest_report_is_intact_and_says_who_signed_what(signed: bytes, identity: SigningIdentity) -> None:
    found = examine(signed)
    assert (found.intact, found.ours, found.trusted, found.problems) == (True, True, False, ())
    assert found.record == canonical.encode(suspicious())
    assert found.entry == canonical.encode(entry_of(suspicious()))
    assert found.fingerprint == identity.fingerprint
    assert "GPU Inspector, bench key" in found.signer
    assert any("not known here" in remark for remark in found.remarks)


def test_the_time_of_signing_is_told(drawn: bytes, identity: SigningIdentity) -> None:
    before = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    found = examine(resigned(drawn, identity))
    assert before <= datetime.datetime.fromisoformat(found.signed_at) <= datetime.datetime.now(datetime.UTC)


def test_the_paper_is_told(identity: SigningIdentity) -> None:
    record = inspection()
    pdf = draw(record, entry_of(record), signer=identity.fingerprint, page="letter")
    found = examine(resigned(pdf, identity, canonical.encode(record)))
    assert (found.page, found.intact) == ("letter", True)
    assert found.pages >= 3


def test_single_bit_flips_anywhere_are_found(signed: bytes) -> None:
    chance = random.Random(20261124)
    first, second = gap_of(signed)
    places = [chance.randrange(len(signed)) for _ in range(QUICK_FLIPS // 2)]
    places += [chance.randrange(first, second) for _ in range(QUICK_FLIPS // 2)]
    places += [first, first + 1, second - 2, second - 1, second, len(signed) - 1, 0]
    survived = [place for place in places if examine(flipped(signed, place, chance.randrange(8))).intact]
    assert survived == []


@pytest.mark.prove
def test_every_byte_of_the_gap_and_thousands_elsewhere(signed: bytes) -> None:
    chance = random.Random(1)
    first, second = gap_of(signed)
    places = [(place, bit) for place in range(first, second) for bit in range(8)]
    places += [(chance.randrange(len(signed)), chance.randrange(8)) for _ in range(PROVEN_FLIPS)]
    assert [place for place in places if examine(flipped(signed, *place)).intact] == []


def test_another_digit_at_any_place_of_the_gap_is_found(signed: bytes) -> None:
    """Flips rarely make another digit of a digit: this is what a patient forger would do."""
    chance = random.Random(7)
    first, second = gap_of(signed)
    for place in [*range(first + 1, first + 61), *chance.sample(range(first + 61, second - 1), 60)]:
        others = [digit for digit in b"0123456789ABCDEFabcdef" if digit != signed[place]]
        changed = bytearray(signed)
        changed[place] = chance.choice(others)
        assert not examine(bytes(changed)).intact


def test_lower_case_digits_are_found(signed: bytes) -> None:
    first, second = gap_of(signed)
    assert not examine(signed[:first] + signed[first:second].lower() + signed[second:]).intact


def test_the_other_form_of_the_same_signature_is_found(signed: bytes) -> None:
    """Anybody can turn (r, s) into (r, order - s), which verifies as well."""
    first, second = gap_of(signed)
    room = bytes.fromhex(signed[first + 1 : second - 1].decode())
    envelope = room[: 4 + int.from_bytes(room[2:4], "big")]
    _certificate, _chain, value = cms.parts(envelope)
    r, s = decode_dss_signature(value)
    other = encode_dss_signature(r, ec.SECP256R1().group_order - s)
    turned = cms.assemble(_certificate, _digest(signed), other)
    filled = turned.hex().upper().encode().ljust(second - first - 2, b"0")
    found = examine(signed[: first + 1] + filled + signed[second - 1 :])
    assert found.problems == ("The signature is not that of the certificate in it.",)


def _digest(signed: bytes) -> bytes:
    first, second = gap_of(signed)
    return hashlib.sha256(signed[:first] + signed[second:]).digest()


@settings(deadline=None, max_examples=examples(80))
@given(st.binary(max_size=2000), st.booleans())
def test_any_bytes_give_an_answer(data: bytes, header: bool) -> None:
    found = examine((b"%PDF-1.7\n" if header else b"") + data + (b"%%EOF\n" if header else b""))
    assert not found.intact and found.problems


@settings(deadline=None, max_examples=examples(60))
@given(data=st.data())
def test_any_cut_and_splice_of_a_report_is_found(data: st.DataObject, signed: bytes) -> None:
    start = data.draw(st.integers(0, len(signed)))
    end = data.draw(st.integers(start, min(len(signed), start + 50)))
    inserted = data.draw(st.binary(max_size=20))
    changed = signed[:start] + inserted + signed[end:]
    assert examine(changed).intact == (changed == signed)
