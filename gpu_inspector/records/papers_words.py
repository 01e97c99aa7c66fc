"""Papers against goods, field by field: what was declared, what was found, and the kind of discrepancy.

The kinds are those that customs names: description, classification, quantity, value, origin, identity, marking. What a
check found is its finding's own; a declared field that no check held against anything is said to be so. Source of the
kinds: research note on export control, section 3.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gpu_inspector.language import N_, _, number, told
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Finding, Outcome, Strength
from gpu_inspector.records.words import Clean, filled

HEADINGS = (N_("Field"), N_("Declared"), N_("Found"), N_("Discrepancy"))
KINDS = {
    "description": N_("discrepancy of description"),
    "classification": N_("discrepancy of classification"),
    "quantity": N_("discrepancy of quantity"),
    "value": N_("discrepancy of value"),
    "origin": N_("discrepancy of origin"),
    "identity": N_("discrepancy of identity"),
    "marking": N_("discrepancy of marking"),
}
"""As a finding names it in its values -> in words."""
NOT_HELD = N_("not held against the goods")
AGREES = N_("none found")
NOT_DECIDED = N_("not decided")
_OF_CHECK = {
    "declaration-product": ("product", "identity"),
    "declaration-memory": ("memory_gb", "description"),
    "export-declared": ("control_class", "classification"),
}
"""Checks that hold a declared field against the goods and do not name it in their values -> field, kind."""
NO_GOODS = ("declaration-catalogue",)
"""Checks that hold the paper against reference data, not against goods."""
_DECLARED = "declaration-"
_NOTHING = (Outcome.CONSISTENT, Outcome.INCONCLUSIVE)


@dataclass(frozen=True, slots=True)
class Row:
    """One field as declared and as found; `outcome` is None where no check looked."""

    field: str
    declared: str
    found: str
    discrepancy: str
    outcome: Outcome | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        return self.field, self.declared, self.found, self.discrepancy


def declared_fields(declaration: Declaration, clean: Clean) -> tuple[tuple[str, str, str], ...]:
    """Name of the field, label and value of all that the papers can say; "" is not declared."""
    memory = f"{declaration.memory_gb} GB" if declaration.memory_gb is not None else ""
    quantity = number(declaration.quantity) if declaration.quantity is not None else ""
    return (
        ("description", _("Description"), clean(declaration.description)),
        ("product", _("Product"), clean(declaration.product or "")),
        ("memory_gb", _("Memory"), memory),
        ("modified", _("Modified"), _("openly declared as modified") if declaration.modified else ""),
        ("brand", _("Brand or maker"), clean(declaration.brand)),
        ("quantity", _("Quantity"), quantity),
        ("hs_code", _("HS code"), clean(declaration.hs_code)),
        ("value", _("Value ").rstrip(), clean(declaration.value)),
        ("country_of_origin", _("Country of origin"), clean(declaration.country_of_origin)),
        ("serial", _("Serial number"), clean(declaration.serial)),
        ("part_number", _("Part number"), clean(declaration.part_number)),
        ("control_class", _("Export-control entry"), clean(declaration.control_class)),
        ("destination", _("Destination"), clean(declaration.destination)),
        ("headquarters", _("Headquarters of the party"), clean(declaration.headquarters)),
        ("export_date", _("Day of export"), clean(declaration.export_date)),
        ("consignee", _("Consignee"), clean(declaration.consignee)),
        ("papers", _("Papers"), clean(declaration.papers)),
    )


_ONLY_SAID = ("modified", "destination", "headquarters", "export_date", "consignee", "papers")
"""Fields that say nothing of the goods themselves: they are the declarant's data, and stand there."""


def rows_of(declaration: Declaration, findings: Sequence[Finding], clean: Clean) -> tuple[Row, ...]:
    """A row for each finding on a declared field, in the order of the fields; then fields that no check looked at.

    () where nothing was declared and no check speaks of papers.
    """
    by_field: dict[str, list[Finding]] = {}
    others: list[Finding] = []
    fields = declared_fields(declaration, clean)
    names = {name for name, _label, _value in fields}
    for finding in findings:
        if not _of_papers(finding):
            continue
        field = field_of(finding)
        if field in names:
            by_field.setdefault(field, []).append(finding)
        else:
            others.append(finding)
    rows: list[Row] = []
    for name, label, value in fields:
        # A check may look at a field that only the label has: it is no row of papers unless it found something.
        shown = (one for one in by_field.get(name, ()) if value or one.outcome not in _NOTHING)
        rows += [_row(label, value, one, clean) for one in shown]
        if value and name not in by_field and name not in _ONLY_SAID:
            rows.append(Row(label, value, "–", _(NOT_HELD)))
    rows += [_row(clean(told(one.title)), clean(told(one.expected)), one, clean) for one in others]
    return tuple(rows)


def field_of(finding: Finding) -> str:
    """The declared field that a finding is about; "" where it does not say."""
    named = finding.values.get("field")
    return named if isinstance(named, str) else _OF_CHECK.get(finding.check, ("", ""))[0]


def kind_of(finding: Finding) -> str:
    """The kind of discrepancy, as customs names it; "" where it is not said, or is none of them."""
    named = finding.values.get("discrepancy", _OF_CHECK.get(finding.check, ("", ""))[1])
    return named if isinstance(named, str) and named in KINDS else ""


def _of_papers(finding: Finding) -> bool:
    if finding.outcome is Outcome.NOT_APPLICABLE or finding.check in NO_GOODS:
        return False
    return finding.check.startswith(_DECLARED) or "discrepancy" in finding.values or finding.check in _OF_CHECK


def _row(label: str, value: str, finding: Finding, clean: Clean) -> Row:
    found = clean(told(finding.observed)) or filled(finding.text, finding, clean)
    return Row(label, value or "–", found, _said(finding), finding.outcome)


def _said(finding: Finding) -> str:
    kind = _(KINDS.get(kind_of(finding), ""))
    if finding.outcome is Outcome.CONSISTENT:
        return _(AGREES)
    if finding.outcome is Outcome.INCONCLUSIVE:
        return _(NOT_DECIDED)
    if finding.outcome is Outcome.NOTED and finding.strength is Strength.NONE:
        return _(_ANSWERED[finding.outcome])
    return ": ".join(part for part in (_(_ANSWERED[finding.outcome]), kind) if part)


_ANSWERED = {
    Outcome.CONSISTENT: N_("consistent"),
    Outcome.NOTED: N_("noted"),
    Outcome.INCONCLUSIVE: N_("inconclusive"),
    Outcome.SUSPICIOUS: N_("unexplained deviation"),
    Outcome.CONTRADICTED: N_("contradicted"),
    Outcome.NOT_APPLICABLE: N_("not applicable"),
}
"""As they stand before a colon or alone, in the middle of a table."""
