"""An office's policy: what each of its inspections must have and do, as a signed statement.

It comes as a file, so what it says is bounded before anything of it is used. A member that this version does not know
makes it unusable: a demand that is passed over in silence would be worse than none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gpu_inspector.language import N_
from gpu_inspector.records.canonical import FORMAT
from gpu_inspector.records.declaration import Case, Declaration
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.leaves import Leaves

KIND = N_("office policy")
"""What the statement calls itself, so that no signature over something else passes for one over a policy."""
PROFILES = ("quick", "standard", "deep")
"""The least first."""
LARGEST_NUMBER = 1_000_000
LONGEST_NAME = 200
LONGEST_NOTE = 2000
MOST_CERTIFICATES = 200
LONGEST_CERTIFICATES = 64 * 1024
"""Characters of one entry of certificates."""
MOST_LISTS = 20
LONGEST_LIST = 2 * 1024 * 1024
"""Characters of one watch-list inside; a larger one is named by its digest, and imported by itself."""
MOST_DIGESTS = 100
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEAD = "-----BEGIN CERTIFICATE-----"


@dataclass(frozen=True, slots=True)
class Field:
    """One field that a policy may make mandatory."""

    words: str
    """As the window calls it, for a sentence."""
    value: Callable[[Case, Declaration], object]
    """What was entered; empty, 0 or None where nothing was."""
    of_object: bool = False
    """It is of one object, so a lot's or a folder's common papers cannot give it."""


def _text(name: str, words: str, *, of_object: bool = False) -> Field:
    return Field(words, lambda _case, declared: getattr(declared, name), of_object)


FIELDS: Final[dict[str, Field]] = {
    "case": Field(N_("number of the case"), lambda case, _declared: case.number),
    "inspector": Field(N_("inspector"), lambda case, _declared: case.inspector),
    "office": Field(N_("office"), lambda case, _declared: case.office),
    "place": Field(N_("place"), lambda case, _declared: case.place),
    "exhibit": Field(
        N_("exhibit tag"), lambda case, _declared: case.binding.exhibit or case.binding.absent, of_object=True
    ),
    "seals": Field(N_("numbers of the seals"), lambda case, _declared: case.seals),
    "declared-product": _text("product", N_("declared product")),
    "declared-memory": _text("memory_gb", N_("declared memory")),
    "declared-serial": _text("serial", N_("declared serial number"), of_object=True),
    "declared-part-number": _text("part_number", N_("declared part number"), of_object=True),
    "declared-description": _text("description", N_("declared description of the goods")),
    "declared-brand": _text("brand", N_("declared brand")),
    "declared-origin": _text("country_of_origin", N_("declared country of origin")),
    "declared-control-class": _text("control_class", N_("declared export-control entry")),
    "quantity": _text("quantity", N_("declared quantity")),
    "hs-code": _text("hs_code", N_("declared goods code")),
    "value": _text("value", N_("declared value")),
    "consignee": _text("consignee", N_("consignee")),
    "papers": _text("papers", N_("numbers of the papers")),
    "destination": _text("destination", N_("destination")),
    "headquarters": _text("headquarters", N_("headquarters")),
    "export-date": _text("export_date", N_("day of export")),
}
"""What may be mandatory -> the field. `inspect` has an option of each name, with two dashes before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The statement that is signed."""

    kind: str = KIND
    office: str
    number: int
    """Counts up with each new version."""
    made_at: datetime
    note: str = ""
    profile: str = ""
    """The least profile of a measured inspection, one of PROFILES; "" demands none."""
    no_measure: bool = True
    """A card may be inspected without measuring it."""
    mandatory: tuple[str, ...] = ()
    """Names out of FIELDS."""
    trusted: tuple[str, ...] = ()
    """Certificates (PEM) of those whose signed reports count as trusted, or of their authorities."""
    data_authority: str = ""
    """Certificates (PEM) of those who may sign reference data for this office; "" names nobody."""
    watch_lists: tuple[str, ...] = ()
    """Whole signed watch-lists, each the text of its file."""
    lists_asked: tuple[str, ...] = ()
    """SHA-256 digests of watch-lists that must be kept here, beyond those inside."""
    leaves: str = ""
    """What may leave for a registry of many offices, a step of `leaves.Leaves` or a stricter one; "" says nothing."""
    numbers_keyed: bool = False
    """Numbers of cards leave as keyed digests alone."""
    format: int = field(default=FORMAT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyNamed:
    """The policy under which an inspection was made, as its record names it."""

    office: str
    number: int
    made_at: datetime
    digest: str
    """SHA-256 of the policy's file, 64 hexadecimal digits."""
    signer: str
    """What its signer's certificate calls itself: a claim."""
    fingerprint: str
    """SHA-256 of that certificate, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a window shows of the policy before an inspection; the usual ones are those of no policy."""

    name: str = ""
    """ "policy No. 3 of Customs Office North"; "" where none is in force."""
    profile: str = ""
    """The least profile; "" demands none."""
    no_measure: bool = True
    mandatory: tuple[str, ...] = ()
    """Names out of FIELDS."""


def fault_of(policy: Policy) -> str | None:
    """What makes this no policy that can be used, as a sentence; None where nothing does."""
    if policy.kind != KIND:
        return N_("What was signed there is no office policy.")
    if policy.made_at.tzinfo is None:
        return N_("It does not say in which time zone it was made.")
    if not 1 <= policy.number <= LARGEST_NUMBER:
        return N_(f"Its number must lie between 1 and {LARGEST_NUMBER:,}.")
    if not policy.office.strip() or len(policy.office) > LONGEST_NAME:
        return N_(f"It must name its office, in at most {LONGEST_NAME} characters.")
    if len(policy.note) > LONGEST_NOTE:
        return N_(f"Its note has {len(policy.note):,} characters; {LONGEST_NOTE:,} fit.")
    if policy.profile and policy.profile not in PROFILES:
        return N_(f"It demands a profile that this program does not know ({policy.profile[:20]}).")
    return (
        _fault_of_fields(policy)
        or _fault_of_certificates(policy)
        or _fault_of_lists(policy)
        or _fault_of_leaving(policy)
    )


def _fault_of_fields(policy: Policy) -> str | None:
    strange = [name for name in policy.mandatory if name not in FIELDS]
    if strange:
        return N_(f"It demands a field that this program does not know ({strange[0][:40]}).")
    if len(set(policy.mandatory)) != len(policy.mandatory):
        return N_("It names a mandatory field twice.")
    return None


def _fault_of_certificates(policy: Policy) -> str | None:
    if len(policy.trusted) > MOST_CERTIFICATES:
        return N_(f"It trusts {len(policy.trusted)} certificates; {MOST_CERTIFICATES} fit.")
    for text in (*policy.trusted, *filter(None, (policy.data_authority,))):
        if "PRIVATE KEY" in text:
            return N_("It holds a private key; only certificates belong into it.")
        if not text.lstrip().startswith(_HEAD) or len(text) > LONGEST_CERTIFICATES:
            return N_("An entry of its certificates is no certificate in PEM form, or longer than any.")
    return None


def _fault_of_lists(policy: Policy) -> str | None:
    if len(policy.watch_lists) > MOST_LISTS or any(len(one) > LONGEST_LIST for one in policy.watch_lists):
        return N_(f"It holds more than {MOST_LISTS} watch-lists, or one of more than {LONGEST_LIST // 2**20} MiB.")
    if len(policy.lists_asked) > MOST_DIGESTS or not all(map(_DIGEST.fullmatch, policy.lists_asked)):
        return N_("It asks for watch-lists by digests that are none, or by too many.")
    return None


def _fault_of_leaving(policy: Policy) -> str | None:
    if policy.leaves and policy.leaves not in list(Leaves):
        return N_(f"It says of what leaves the office what this program does not know ({policy.leaves[:20]}).")
    if policy.leaves == Leaves.EVERYTHING and policy.numbers_keyed:
        return N_("It lets whole records leave, which hold the numbers of cards, and keyed numbers alone.")
    return None


def missing(mandatory: tuple[str, ...], case: Case, declaration: Declaration, *, many: bool = False) -> tuple[str, ...]:
    """Those of these mandatory fields (of FIELDS) that are empty; of `many` objects, without what is of one object."""
    wanted = ((name, FIELDS[name]) for name in mandatory)
    return tuple(
        name
        for name, one in wanted
        if not (many and one.of_object) and not str(one.value(case, declaration) or "").strip()
    )


def at_least(profile: str, least: str) -> bool:
    """Whether a profile is no less than another; any is where none is demanded."""
    return not least or PROFILES.index(profile) >= PROFILES.index(least)


def greater(profile: str, least: str) -> str:
    """The greater one of a profile and the least that is demanded."""
    return profile if at_least(profile, least) else least


NONE_IN_FORCE: Final = N_("no office policy was in force")
_UNBOUND = (Origin.SIMULATION, Origin.SAMPLE)
"""Of no real card: mandatory fields and profile are not demanded of them, so that people can practise."""


def binds(origin: Origin) -> bool:
    """Whether a policy's fields and profile are demanded of evidence that comes from there."""
    return origin not in _UNBOUND


def line(named: PolicyNamed | None, origin: Origin) -> str:
    """The policy of an inspection in one line, for pages and terminal."""
    if named is None:
        return NONE_IN_FORCE
    office, signer = named.office[:LONGEST_NAME], named.signer[:LONGEST_NAME]  # a foreign record may hold anything
    said = N_(
        f"No. {named.number} of {office}, {named.made_at:%Y-%m-%d}, SHA-256 {named.digest[:16]}…; signed by"
        f" {signer}, certificate SHA-256 {named.fingerprint[:16]}…"
    )
    return said if binds(origin) else N_(f"{said}; what it demands does not bind a simulation or a sample")
