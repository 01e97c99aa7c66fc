"""Which dies come near to what was measured: a chart of distances, out of the finding that the record holds."""

import re

from gpu_inspector.language import N_, _, number, said, told
from gpu_inspector.records.finding import Finding
from gpu_inspector.report.charts import levels
from gpu_inspector.report.layout import LABEL, SMALL, Sheet, gap, joined, lines

CHECK = "die-measured"
TITLE = N_("Die fit: how far each die lies from what was measured")
UNIT = N_(
    "The distance is the root of the sum of the squared deviations of rates, counts and sizes, each in errors of the "
    "method. Dies less than 3 apart are not told from each other; a fact excludes a die at any distance."
)
_LINE = re.compile(r"([A-Z0-9]{2,12}): ([0-9]{1,9}\.[0-9])(?:, (.*))?")
_MOST = 12


def die_fit(sheet: Sheet, findings: tuple[Finding, ...]) -> None:
    """The nearest dies, each with its distance and what excludes it; nothing where the record does not say."""
    values = next((finding.values for finding in findings if finding.check == CHECK), {})
    rows = []
    for place in range(1, _MOST + 1):
        found = _LINE.fullmatch(str(values.get(f"fit_{place}", "")))
        if found is not None:
            distance = number(float(found[2]), 1)
            fact = (
                said("{distance}, not this one: {reason}", distance=distance, reason=told(found[3]))
                if found[3]
                else said("{distance}, fits", distance=distance)
            )
            rows.append((found[1], float(found[2]), fact))
    chart = levels(rows, sheet.width)
    if chart:
        head = lines(_(TITLE), LABEL, 0, sheet.width)
        sheet.place([gap(5), *head, gap(3), joined(chart), gap(1), *lines(_(UNIT), SMALL, 0, sheet.width)])
