"""The text of docs/heuristics.md: the table of rules in the code, as a page for whoever doubts a finding.

Nothing stands here that the table does not say; a test fails where the committed page is stale.
"""

from gpu_inspector.checks import ALL_CHECKS, thresholds
from gpu_inspector.checks.heuristics import RULES
from gpu_inspector.checks.limit import Limit
from gpu_inspector.checks.rules import CONTRADICT, NOTE, SUSPECT, Rule

_HEAD = """# Heuristics on rework: RW-01 to RW-30

Made by `tools/make_checks_doc.py` from the table in `gpu_inspector/checks/heuristics.py`; do not edit. The rules are
those of the project's research note on modified cards, section 3. Thresholds that say “proposal” were calibrated on no
card: what rests on them is noted, and weighs little. A test holds every finding of the program against this table:
none says more than its rule may.

The most that a rule may reach by itself: **noted** (which counts nothing), **suspicious** (“unexplained deviation”),
**contradicted** (only against a document, the reference data or a physical limit). Weak signs never add up. Two medium
ones do, when they come from other sources and have other physical causes; [board-signs](checks.md#board-signs) adds
them, and prints which it counted together, which it did not, and why.
"""
_MOST = {NOTE: "noted", SUSPECT: "suspicious", CONTRADICT: "contradicted"}


def page() -> str:
    """docs/heuristics.md."""
    carried = sum(bool(rule.carriers) for rule in RULES)
    rows = [
        f"| [{rule.id}](#{rule.id.lower()}) | {rule.signal} | {rule.strength} | {_MOST[rule.most]} | {_checks(rule)} |"
        for rule in RULES
    ]
    table = ["| rule | sign | strength | at most | check |", "|---|---|---|---|---|", *rows]
    summary = f"{carried} of {len(RULES)} rules are carried by checks; of the others stands below what is missing.\n"
    return "\n".join((_HEAD, summary, *table, "", *(_entry(rule) for rule in RULES)))


def _checks(rule: Rule) -> str:
    ids = dict.fromkeys(one.check for one in rule.carriers)
    return ", ".join(f"[{one}](checks.md#{one})" for one in ids) or "none"


def _entry(rule: Rule) -> str:
    known = {check.id: check.title for check in ALL_CHECKS}
    every = thresholds.all_limits()
    lines = [
        f"## {rule.id}",
        "",
        f"**{rule.signal[:1].upper()}{rule.signal[1:]}.** {rule.strength.capitalize()}; at most {_MOST[rule.most]}.",
        "",
        f"- Read from: {rule.read}",
        f"- Threshold of the note: {rule.threshold}",
        f"- Honest causes: {'; '.join(rule.innocent)}",
    ]
    for one in rule.carriers:
        causes = ", ".join(f"“{cause}”" if cause else "none named" for cause in one.causes)
        lines.append(f"- Check: [{one.check}](checks.md#{one.check}), {known.get(one.check, '?')}; cause: {causes}")
    if not rule.carriers:
        lines.append("- Check: none")
    lines += [f"- {limit_words(name, every[name])}" for name in rule.limits]
    if rule.here:
        lines.append(f"- In this program: {rule.here}")
    if rule.needed:
        lines.append(f"- Missing: {rule.needed}")
    return "\n".join(lines) + "\n"


def limit_words(name: str, limit: Limit) -> str:
    """A threshold in one line: name, value, unit, source, reason."""
    return f"Limit `{name}` = `{float(limit):g}` {limit.unit}: {limit.why.rstrip('.')}. Source: {limit.source}"
