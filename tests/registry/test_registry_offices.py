"""Who may push to a registry, as which role, and with which certificates."""

import hashlib
import threading

import psycopg
import pytest
from registry_rows import put, put_beside, rows
from registry_server import Urls

from gpu_inspector.errors import RegistryError
from gpu_inspector.registry import offices
from gpu_inspector.registry.connection import Office, connect
from gpu_inspector.registry.offices import Certificate


def certificate(name: str) -> Certificate:
    return Certificate(fingerprint=hashlib.sha256(name.encode()).hexdigest(), name=name, pem=f"PEM of {name}")


def test_an_office_comes_in_with_number_role_and_certificates(registry_urls: Urls) -> None:
    role = f"{registry_urls.roles['office_a']}_d"
    with connect(registry_urls.owner) as registry:
        made = offices.enrol(registry, "Köln-Bonn", role, [certificate("one"), certificate("two")], "sightings")
        assert made == Office(4, "Köln-Bonn", role, "sightings")
        assert (
            offices.enrol(registry, "Köln-Bonn", role, [certificate("two"), certificate("three")], "sightings") == made
        )
        listed = offices.offices(registry)
    assert [one.office.name for one in listed] == ["Office A", "Office B", "Office C", "Köln-Bonn"]
    assert sorted(one.name for one in listed[-1].certificates) == ["one", "three", "two"]
    with connect(registry_urls.url(role)) as registry:
        assert registry.me().office == made
        assert [one.office for one in offices.offices(registry)] == [made]


def test_a_name_and_a_role_belong_to_one_office(registry_urls: Urls) -> None:
    role = registry_urls.roles["office_a"]
    with connect(registry_urls.owner) as registry:
        for name, other, sees, sentence in (
            ("Office A", f"{role}_x", "own", "in the registry already"),
            ("Office A", role, "everything", "in the registry already"),
            ("Office X", role, "own", "belongs to the office Office A"),
            ("", f"{role}_x", "own", "no name of an office"),
            (" Office X", f"{role}_x", "own", "no name of an office"),
            ("Office\nX", f"{role}_x", "own", "no name of an office"),
            ("X" * 201, f"{role}_x", "own", "no name of an office"),
            ("Office X", f"{role}_x", "all", "sees one of"),
            ("Office X", "", "own", "no name that a role can have"),
            ("Office X", "x" * 64, "own", "no name that a role can have"),
            ("Office X", "pg_monitor", "own", "no name that a role can have"),
            ("Office X", "gpu_inspector_registrar", "own", "is a group of roles"),
        ):
            with pytest.raises(RegistryError, match=sentence):
                offices.enrol(registry, name, other, (), sees)
        assert len(offices.offices(registry)) == 3
    assert registry_urls.server.execute(f"SELECT 1 FROM pg_roles WHERE rolname = '{role}_x'") == []


def test_a_role_s_name_is_a_name_and_no_sql(registry_urls: Urls) -> None:
    evil = f'{registry_urls.roles["office_a"]}"; DROP ROLE x; --'
    with connect(registry_urls.owner) as registry:
        made = offices.enrol(registry, "Robert'); --", evil)
        assert offices.offices(registry)[-1].office == made
    registry_urls.server.execute(
        f"""DROP OWNED BY "{evil.replace('"', '""')}" """, f"""DROP ROLE "{evil.replace('"', '""')}" """,
        database=registry_urls.database,
    )  # fmt: skip


def test_two_that_enrol_at_once_give_two_numbers(registry_urls: Urls) -> None:
    role = registry_urls.roles["office_a"]
    made: list[int] = []

    def enrol(letter: str) -> None:
        with connect(registry_urls.owner) as registry:
            made.append(offices.enrol(registry, f"Office {letter}", f"{role}_{letter}").number)

    threads = [threading.Thread(target=enrol, args=(letter,)) for letter in "xyz"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(made) == [4, 5, 6]


def test_what_an_office_sees_is_changed_in_table_and_group(registry_urls: Urls) -> None:
    def seen() -> int:
        with psycopg.connect(registry_urls.office_a) as connection:
            return len(connection.execute(b"SELECT * FROM gpu_inspector.office").fetchall())

    with connect(registry_urls.owner) as registry:
        assert seen() == 1
        assert offices.let_see(registry, "Office A", "everything").sees == "everything"
        assert seen() == 3
        offices.let_see(registry, "Office A", "own")
        assert seen() == 1
        with pytest.raises(RegistryError, match="no office"):
            offices.let_see(registry, "Office X", "own")
        with pytest.raises(RegistryError, match="sees one of"):
            offices.let_see(registry, "Office A", "nothing")


def test_a_withdrawn_certificate_counts_no_more_and_never_again(registry_urls: Urls) -> None:
    one = certificate("forged")  # what put_beside signs with
    with connect(registry_urls.owner) as registry:
        offices.add_certificate(registry, "Office A", one)
        with pytest.raises(RegistryError, match="signs for another office"):
            offices.add_certificate(registry, "Office B", one)
        offices.withdraw_certificate(registry, "Office A", one.fingerprint, "lost")
        (kept,) = offices.offices(registry)[0].certificates
        assert kept.withdrawn_at is not None
        assert kept.reason == "lost"
        with pytest.raises(RegistryError, match="is not taken up again"):
            offices.add_certificate(registry, "Office A", one)
        with pytest.raises(RegistryError, match="withdrawn before"):
            offices.withdraw_certificate(registry, "Office A", one.fingerprint, "again")
        with pytest.raises(RegistryError, match="no such certificate"):
            offices.withdraw_certificate(registry, "Office C", one.fingerprint, "x")
        with pytest.raises(RegistryError, match="larger than any is"):
            offices.add_certificate(registry, "Office A", Certificate(fingerprint="0" * 64, name="x", pem="x" * 70_000))
    with psycopg.connect(registry_urls.registrar) as connection:
        put(connection, rows(1, 1))
        put(connection, rows(2, 1))
        with pytest.raises(psycopg.errors.IntegrityError, match="was withdrawn"), connection.transaction():
            put_beside(connection, rows(1, 1)[0], "forged")
        put_beside(connection, rows(2, 1)[0], "forged")


def test_nobody_but_the_owner_enrols_appoints_or_withdraws(registry_urls: Urls) -> None:
    role = registry_urls.roles["office_a"]
    for url in (registry_urls.office_a, registry_urls.office_c, registry_urls.registrar):
        with connect(url) as registry:
            for act in (
                lambda: offices.enrol(registry, "Office X", f"{role}_x"),
                lambda: offices.enrol(registry, "Office A", role),
                lambda: offices.appoint(registry, role),
                lambda: offices.let_see(registry, "Office A", "everything"),
                lambda: offices.add_certificate(registry, "Office A", certificate("x")),
                lambda: offices.withdraw_certificate(registry, "Office A", "0" * 64, "x"),
            ):
                with pytest.raises(RegistryError):
                    act()


def test_a_registrar_is_appointed_once_or_twice(registry_urls: Urls) -> None:
    role = f"{registry_urls.roles['registrar']}_2"
    with connect(registry_urls.owner) as registry:
        offices.appoint(registry, role)
        offices.appoint(registry, role)
        offices.appoint(registry, registry_urls.roles["office_a"])  # a registry of one desk
    with connect(registry_urls.url(role)) as registry:
        assert registry.me().registrar
    with connect(registry_urls.office_a) as registry:
        me = registry.me()
        assert me.registrar
        assert me.office is not None


def test_one_certificate_signs_for_one_office_and_a_withdrawn_one_for_none(registry_urls: Urls) -> None:
    one = Certificate(fingerprint="ab" * 32, name="north", pem="PEM")
    with connect(registry_urls.owner) as registry:
        offices.add_certificate(registry, "Office A", one)
        with pytest.raises(RegistryError, match="signs for another office"):
            offices.add_certificate(registry, "Office B", one)
        offices.add_certificate(registry, "Office A", one)  # it is there, and stays
        offices.withdraw_certificate(registry, "Office A", one.fingerprint, "stolen")
        for office in ("Office A", "Office B"):
            with pytest.raises(RegistryError, match="withdrawn, and is not taken up again"):
                offices.add_certificate(registry, office, one)


def test_a_role_that_no_rule_binds_is_no_office_s(registry_urls: Urls) -> None:
    with connect(registry_urls.owner) as registry:
        for role in ("postgres", registry_urls.roles["owner"]):
            with pytest.raises(RegistryError, match="more rights than an office may have"):
                offices.enrol(registry, "Office D", role)
        assert [one.office.name for one in offices.offices(registry)] == ["Office A", "Office B", "Office C"]


def test_half_a_character_is_nobody_s_name(registry_urls: Urls) -> None:
    with connect(registry_urls.owner) as registry:
        with pytest.raises(RegistryError, match="has no office"):
            offices.let_see(registry, "b\udcffd", "own")
        for role in (lambda name: offices.appoint(registry, name), lambda name: offices.enrol(registry, "D", name)):
            with pytest.raises(RegistryError, match="no name that a role can have"):
                role("b\udcffd")
