"""Sightings of other offices out of a real registry: what is told, to whom, and what a lying one can do."""

import uuid
from datetime import date
from typing import Any

import pytest
from registry_filled import Filled
from registry_server import Urls

from gpu_inspector.errors import RegistryError
from gpu_inspector.records.finding import Identity
from gpu_inspector.records.keyed import keyed
from gpu_inspector.records.sighting import MOST_SIGHTINGS, RegistrySighting
from gpu_inspector.registry import sightings
from gpu_inspector.registry.connection import connect
from gpu_inspector.registry.sightings import AskedNumber, Seen

UUID = "GPU-0f3a1b2c-1111-4222-8333-4444555566aa"
SERIAL = "1324520012345"
CARD = (AskedNumber("card 0", "serial", SERIAL), AskedNumber("card 0", "uuid", UUID.upper()))
KEY = bytes(range(32))


def asked(url: str, numbers: tuple[AskedNumber, ...] = CARD) -> Seen:
    with connect(url) as registry:
        return sightings.ask(registry, numbers)


def test_it_tells_office_day_verdict_product_and_kinds_alone(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL), ("uuid", UUID)), verdict="SUSPICIOUS")
    seen = asked(registry_urls.office_b)
    assert seen == Seen(
        (
            RegistrySighting(
                card="card 0",
                matched=("serial", "uuid"),
                office="Office A",
                day="2026-11-01",
                product="NVIDIA GeForce RTX 4090",
                identity=Identity.SUSPICIOUS,
                kind="whole",
                digest=seen.sightings[0].digest,
            ),
        )
    )
    told = repr(seen)
    for secret in ("A-2026/17", "Müller", "Lager 3", "Köln-Bonn"):
        assert secret not in told
    assert asked(registry_urls.office_c).sightings
    assert asked(registry_urls.office_a).visible is False  # sees its own rows alone
    assert asked(registry_urls.registrar).visible is False  # no office


def test_an_own_row_is_no_other_offices_and_one_number_of_two_says_which_differs(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    made.put("B", numbers=(("serial", SERIAL), ("uuid", UUID)))
    assert asked(registry_urls.office_b) == Seen(())
    made.put("A", numbers=(("serial", SERIAL), ("uuid", "GPU-another")), origin="file of unknown origin")
    made.put("C", numbers=(("uuid", UUID),), kind="redacted", verdict="nonsense")
    made.put("C", numbers=(("device_identifier", "9F3A61C2D47B08E5"),))
    by_office = {one.office: one for one in asked(registry_urls.office_b).sightings}
    assert (by_office["Office A"].matched, by_office["Office A"].differing) == (("serial",), ("uuid",))
    assert by_office["Office A"].from_file
    assert (by_office["Office C"].matched, by_office["Office C"].differing) == (("uuid",), ())
    assert by_office["Office C"].identity is None


def test_keyed_digests_meet_those_of_the_same_key_alone(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", keyed("serial", SERIAL, KEY)),), keyed=True, kind="digest")
    right = (*CARD, AskedNumber("card 0", "serial", keyed("serial", SERIAL, KEY), keyed=True))
    wrong = (*CARD, AskedNumber("card 0", "serial", keyed("serial", SERIAL, bytes(32)), keyed=True))
    (seen,) = asked(registry_urls.office_b, right).sightings
    assert (seen.kind, seen.keyed, seen.product, seen.identity, seen.vouched) == ("digest", True, "", None, False)
    assert asked(registry_urls.office_b, wrong) == Seen(())
    assert asked(registry_urls.office_b) == Seen(())


def test_two_cards_of_a_server_keep_apart_and_many_are_counted(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    for _ in range(MOST_SIGHTINGS + 6):
        made.put("A", numbers=(("serial", SERIAL),))
    made.put("A", numbers=(("serial", "1563219087421"),), card=3)
    both = (*CARD, AskedNumber("card 1", "serial", "1563219087421"))
    seen = asked(registry_urls.office_b, both)
    assert [one.card for one in seen.sightings] == ["card 0"] * MOST_SIGHTINGS + ["card 1"]
    assert seen.left_out == 6


def test_a_checkpoint_over_a_whole_row_is_told(registry_urls: Urls) -> None:
    made = Filled(registry_urls)
    made.put("A", numbers=(("serial", SERIAL),))
    made.put("A", numbers=(("serial", SERIAL),), kind="redacted")
    made.put("A", numbers=(("serial", SERIAL),))
    digest = made.heads[1][1]
    registry_urls.server.execute(
        "ALTER TABLE gpu_inspector.checkpoint DISABLE TRIGGER ALL",
        "INSERT INTO gpu_inspector.checkpoint(office, seq, digest, root, made_at, fingerprint, file) SELECT 1, 2,"
        " digest, digest, now(), repeat('a', 64), 'x' FROM gpu_inspector.inspection WHERE seq = 2",
        database=registry_urls.database,
    )
    found = asked(registry_urls.office_b).sightings
    assert sorted((one.kind, one.vouched) for one in found) == [("redacted", False), ("whole", False), ("whole", True)]
    assert [one.vouched for one in found if one.digest == digest.hex()] == [False]


GOOD: tuple[Any, ...] = (
    0, "Office", date(2026, 1, 2), "CONSISTENT", "T4", ["serial"], ["uuid"], "whole", False, False, False, bytes(32), 1,
)  # fmt: skip


def changed(place: int, value: object) -> tuple[Any, ...]:
    return (*GOOD[:place], value, *GOOD[place + 1 :])


def test_lines_of_a_lying_registry_are_left_out_or_cut() -> None:
    labels = ["card 0"]
    bad = [
        changed(0, 7), changed(0, -1), changed(0, "0"), changed(1, None), changed(2, "2026-01-01"), changed(3, 5),
        changed(5, []), changed(5, ["device_identifier"]), changed(5, "serial"), changed(5, [b"x", None]),
        changed(7, "forged"), changed(8, 1), changed(9, True), changed(10, None), changed(11, b"short"),
        changed(11, "a" * 64), GOOD[:5], (),
    ]  # fmt: skip
    assert sightings._seen(bad, CARD, labels) == Seen(())
    huge = changed(1, "x" * 1_000_000)
    many = sightings._seen([huge] * 10_000, CARD, labels)
    assert len(many.sightings) == MOST_SIGHTINGS
    assert len(many.sightings[0].office) == sightings.LONGEST
    assert sightings._seen([changed(12, 10**30)], CARD, labels).left_out == 0
    assert sightings._seen([changed(6, ["serial", "device_identifier", 4])], CARD, labels).sightings[0].differing == ()


LIAR = """CREATE OR REPLACE FUNCTION gpu_inspector.sightings(cards integer[], kinds text[], asked_values text[],
    keyed_ones boolean[], most integer) RETURNS TABLE(card integer, office text, day date, verdict text,
    product text, matched text[], differing text[], kind text, from_file boolean, keyed boolean, vouched boolean,
    digest bytea, total bigint) LANGUAGE sql AS $$ SELECT n % 5, repeat('x', 3000), DAY::date, 'SUSPICIOUS',
    chr(8238), ARRAY['serial', 'nonsense'], ARRAY['uuid', 'device_identifier'], 'whole', false, false, true,
    decode(repeat('00', 32), 'hex'), 9999::bigint FROM generate_series(0, 10000) AS n $$"""


def test_a_registry_whose_function_lies_gives_no_more_than_was_asked(registry_urls: Urls) -> None:
    """The whole way: a function in the place of ours, that answers ten thousand lines, most of other cards."""
    lie, database = registry_urls.server.execute, registry_urls.database
    lie(LIAR.replace("DAY", "'2026-01-01'"), database=database)
    seen = asked(registry_urls.office_b)
    assert 0 < len(seen.sightings) <= MOST_SIGHTINGS
    assert {(one.card, one.matched, one.differing) for one in seen.sightings} == {("card 0", ("serial",), ("uuid",))}
    lie(LIAR.replace("DAY", "'infinity'"), database=database)
    with pytest.raises(RegistryError):  # a day that no calendar has
        asked(registry_urls.office_b)


def test_too_many_numbers_are_asked_for_in_part(registry_urls: Urls) -> None:
    many = tuple(AskedNumber(f"card {n}", "serial", str(uuid.uuid4())) for n in range(sightings.MOST_NUMBERS + 500))
    assert asked(registry_urls.office_b, many) == Seen(())
