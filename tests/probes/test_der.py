"""The small reader of DER: what it takes, and everything that DER is not."""

import pytest
from asn1crypto import core
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.probes import der
from gpu_inspector.probes.der import Der, NotDer

QUICK = settings(max_examples=examples(200), deadline=None)


@given(st.binary(max_size=70_000), st.binary(max_size=5))
@QUICK
def test_what_another_library_wrote_is_read(body: bytes, behind: bytes) -> None:
    whole = core.OctetString(body).dump()
    assert der.read(whole + behind) == Der(der.OCTETS, body, whole)


@given(st.lists(st.binary(max_size=40), max_size=12))
@QUICK
def test_parts_come_in_their_order(bodies: list[bytes]) -> None:
    written = core.SequenceOf(bodies, spec=core.OctetString).dump()
    assert [part.body for part in der.read(written).expect(der.SEQUENCE).parts()] == bodies


@pytest.mark.parametrize(
    "name",
    ["1.2.840.113549.1.7.2", "1.3.6.1.4.1.311.2.1.4", "2.16.840.1.101.3.4.2.1", "2.5.4.3", "0.9.2342", "2.999.1"],
)
def test_names_are_those_of_another_library(name: str) -> None:
    assert der.name_of(der.read(core.ObjectIdentifier(name).dump())) == name


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\x30", id="a tag alone"),
        pytest.param(b"\x30\x80\x00\x00", id="no length, an end mark instead"),
        pytest.param(b"\x30\x05abc", id="cut"),
        pytest.param(b"\x30\x81\x05abcde", id="a long length for a short thing"),
        pytest.param(b"\x30\x82\x00\x81" + bytes(129), id="a length with a zero in front"),
        pytest.param(b"\x30\x85\x01\x00\x00\x00\x00", id="a length of five bytes"),
        pytest.param(b"\x3f\x81\x01\x00", id="a tag of several bytes"),
    ],
)
def test_what_is_no_der_is_refused(data: bytes) -> None:
    with pytest.raises(NotDer):
        der.read(data)


def test_a_list_without_end_is_refused() -> None:
    with pytest.raises(NotDer, match="more parts"):
        Der(der.SEQUENCE, b"\x05\x00" * (der.MOST + 1), b"").parts()


@given(st.binary(max_size=300))
@QUICK
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        found = der.read(data)
        found.parts()
        der.name_of(found)
    except NotDer:
        return
    assert data.startswith(found.whole)
