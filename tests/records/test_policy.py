"""An office policy as a record: what it may say, what it makes mandatory, and that old inspections stay as they are."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from cards import genuine, row_of

from gpu_inspector.cli.main import commands
from gpu_inspector.records import canonical, method, policy
from gpu_inspector.records.catalogue import Catalogue
from gpu_inspector.records.declaration import NO_CASE, UNDECLARED, Binding, Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.inspection import Inspection
from gpu_inspector.records.policy import FIELDS, Policy, PolicyNamed
from gpu_inspector.workflow.inspecting import inspection_of

PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
SOUND = Policy(office="North", number=3, made_at=datetime(2026, 11, 26, tzinfo=UTC))
NAMED = PolicyNamed(
    office="North",
    number=3,
    made_at=SOUND.made_at,
    digest="ab" * 32,
    signer="Office key",
    fingerprint="cd" * 32,
)


def filled() -> tuple[Case, Declaration]:
    """A case and a declaration in which every field that can be mandatory is filled in."""
    case = Case(
        number="17", inspector="A. Jansen", office="North", place="Quay 4", seals="1", binding=Binding(exhibit="E1")
    )
    said: dict[str, Any] = {one.name: "x" for one in fields(Declaration)}
    return case, Declaration(**{**said, "memory_gb": 24, "quantity": 1, "modified": False})


def test_a_policy_that_says_little_has_no_fault() -> None:
    assert policy.fault_of(SOUND) is None
    assert policy.fault_of(replace(SOUND, mandatory=tuple(FIELDS), trusted=(PEM,), data_authority=PEM)) is None


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        pytest.param({"kind": "watch-list"}, "no office policy", id="of another kind"),
        pytest.param({"made_at": datetime(2026, 11, 26)}, "time zone", id="a time without a zone"),  # noqa: DTZ001
        pytest.param({"number": 0}, "number", id="number 0"),
        pytest.param({"number": policy.LARGEST_NUMBER + 1}, "number", id="a number beyond all"),
        pytest.param({"office": " "}, "office", id="no office"),
        pytest.param({"office": "x" * 201}, "office", id="an office without end"),
        pytest.param({"note": "x" * 2001}, "note", id="a note without end"),
        pytest.param({"profile": "none"}, "profile", id="an unknown profile"),
        pytest.param({"leaves": "most"}, "most", id="an unknown step of what leaves"),
        pytest.param({"leaves": "everything", "numbers_keyed": True}, "keyed", id="keyed numbers in whole records"),
        pytest.param({"mandatory": ("case", "shoe size")}, "shoe size", id="an unknown field"),
        pytest.param({"mandatory": ("case", "case")}, "twice", id="a field twice"),
        pytest.param({"trusted": (PEM,) * 201}, "201", id="too many certificates"),
        pytest.param({"trusted": ("hello",)}, "PEM", id="no certificate"),
        pytest.param({"trusted": (PEM + "-----BEGIN PRIVATE KEY-----",)}, "private key", id="a private key"),
        pytest.param({"data_authority": PEM + " " * 65536}, "PEM", id="a certificate without end"),
        pytest.param({"watch_lists": ("{}",) * 21}, "watch-lists", id="too many watch-lists"),
        pytest.param({"watch_lists": ("x" * (2 * 2**20 + 1),)}, "watch-lists", id="a watch-list without end"),
        pytest.param({"lists_asked": ("AB" * 32,)}, "digests", id="a digest in capitals"),
        pytest.param({"lists_asked": ("ab" * 32,) * 101}, "too many", id="too many digests"),
    ],
)
def test_what_makes_a_policy_unusable(changes: dict[str, Any], word: str) -> None:
    problem = policy.fault_of(replace(SOUND, **changes))
    assert problem is not None
    assert word in problem


def test_every_mandatory_field_is_named_as_the_option_that_gives_it() -> None:
    inspect = commands.commands["inspect"]
    options = {name for one in inspect.params for name in one.opts}
    assert {f"--{name}" for name in FIELDS} <= options


def test_nothing_is_missing_where_all_is_filled_in() -> None:
    assert policy.missing(tuple(FIELDS), *filled()) == ()
    assert policy.missing(tuple(FIELDS), NO_CASE, UNDECLARED) == tuple(FIELDS)


@pytest.mark.parametrize("name", sorted(FIELDS))
def test_an_empty_mandatory_field_is_missing_and_no_other(name: str) -> None:
    case, declaration = filled()
    emptied = {
        "case": (replace(case, number="  "), declaration),
        "inspector": (replace(case, inspector=""), declaration),
        "office": (replace(case, office=""), declaration),
        "place": (replace(case, place="\t"), declaration),
        "seals": (replace(case, seals=""), declaration),
        "exhibit": (replace(case, binding=Binding(address="0000:01:00.0")), declaration),
        "declared-product": (case, replace(declaration, product=None)),
        "declared-memory": (case, replace(declaration, memory_gb=None)),
        "declared-serial": (case, replace(declaration, serial="")),
        "declared-part-number": (case, replace(declaration, part_number="")),
        "declared-description": (case, replace(declaration, description="")),
        "declared-brand": (case, replace(declaration, brand="")),
        "declared-origin": (case, replace(declaration, country_of_origin="")),
        "declared-control-class": (case, replace(declaration, control_class="")),
        "quantity": (case, replace(declaration, quantity=None)),
        "hs-code": (case, replace(declaration, hs_code="")),
        "value": (case, replace(declaration, value=" ")),
        "consignee": (case, replace(declaration, consignee="")),
        "papers": (case, replace(declaration, papers="")),
        "destination": (case, replace(declaration, destination="")),
        "headquarters": (case, replace(declaration, headquarters="")),
        "export-date": (case, replace(declaration, export_date="")),
    }[name]
    assert policy.missing(tuple(FIELDS), *emptied) == (name,)
    assert policy.missing((), *emptied) == ()


def test_no_exhibit_tag_is_wanted_where_no_object_is_at_hand() -> None:
    case, declaration = filled()
    assert policy.missing(("exhibit",), replace(case, binding=Binding(absent=True)), declaration) == ()


def test_of_many_objects_nothing_of_a_single_one_is_wanted() -> None:
    wanted = policy.missing(tuple(FIELDS), NO_CASE, UNDECLARED, many=True)
    assert set(FIELDS) - set(wanted) == {"exhibit", "declared-serial", "declared-part-number"}


@pytest.mark.parametrize(
    ("profile", "least", "enough"),
    [
        ("quick", "", True),
        ("quick", "quick", True),
        ("quick", "standard", False),
        ("standard", "deep", False),
        ("deep", "standard", True),
    ],
)
def test_profiles_have_an_order(profile: str, least: str, enough: bool) -> None:
    assert policy.at_least(profile, least) is enough
    assert policy.greater(profile, least) == (profile if enough else least)


def test_an_inspection_of_before_keeps_its_canonical_form(catalogue: Catalogue) -> None:
    inspection = inspection_of(genuine(row_of("NVIDIA GeForce RTX 4090")), UNDECLARED, NO_CASE, catalogue)
    before = canonical.plain(inspection)
    assert before.pop("policy") is None
    text = canonical.encode(before)
    read = canonical.decode(text, Inspection, "inspection")
    assert read == inspection
    assert canonical.is_of(text, read)


def test_an_inspection_names_its_policy_and_comes_back(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    inspection = inspection_of(evidence, UNDECLARED, NO_CASE, catalogue, NAMED)
    read = canonical.decode(canonical.encode(inspection), Inspection, "inspection")
    assert read.policy == NAMED
    assert read.judgement == inspection_of(evidence, UNDECLARED, NO_CASE, catalogue).judgement


def test_the_table_of_versions_names_the_policy_or_says_that_there_was_none(catalogue: Catalogue) -> None:
    evidence = genuine(row_of("NVIDIA GeForce RTX 4090"))
    none = dict(method.versions(inspection_of(evidence, UNDECLARED, NO_CASE, catalogue)))
    assert none["Office policy"] == "no office policy was in force"
    named = dict(method.versions(inspection_of(evidence, UNDECLARED, NO_CASE, catalogue, NAMED)))["Office policy"]
    assert named.startswith("No. 3 of North, 2026-11-26, SHA-256 abababababababab…; signed by Office key, certificate")
    assert "bind" not in named


def test_a_simulation_says_that_it_was_not_bound() -> None:
    for origin in Origin:
        assert ("does not bind" in policy.line(NAMED, origin)) is not policy.binds(origin)
    assert not policy.binds(Origin.SIMULATION)
    assert policy.binds(Origin.SEEN)


def test_a_foreign_records_names_are_cut_before_they_are_printed() -> None:
    endless = replace(NAMED, office="x" * 100_000, signer="y" * 100_000)
    assert len(policy.line(endless, Origin.MACHINE)) < 1000
