"""docs/accuracy.md: three questions with three answers, kept apart, in words for a court's expert.

Only the first answer is called accuracy. The page holds nothing but what was counted and what the counts mean.
"""

from collections.abc import Iterable, Mapping
from textwrap import fill

from gpu_inspector.checks import ALL_CHECKS
from gpu_inspector.records.accuracy import Accuracy, Trials, bound_words, cells
from tools.lie_kinds import Shows
from tools.lie_trial import Trial as LieTrial
from tools.product_classes import CLASSES
from tools.self_consistency import Consistency

FIELDS = ("name", "memory", "die", "vBIOS", "ids", "subsystem", "part number", "several")
"""In the order of the table of lies."""
SECOND = "## 2. Self-consistency"
"""Where the part ends that needs the real dumps alone."""
HEAD = """# How often we are wrong

Made by `tools/make_accuracy.py` (`make accuracy`); do not edit. Three questions are kept apart here, because their
answers weigh differently:

1. **Accuracy.** How often did a check err on real machines of which the truth is taken to be known? It is the only
   number that is called accuracy, in this project and in its reports. It is small: few such dumps are public.
2. **Self-consistency.** Would any genuine card of our own reference data be accused, in whatever honest state? This
   is no accuracy: cards and checks come from the same tables.
3. **Lies.** Of 2,000 forged texts, written by code that knows nothing of the checks, how many are found and named,
   and which cannot be found from what a card says of itself? This is no accuracy either: nobody knows which lies are
   told in the world, and how often.

"Accused" is an unexplained deviation (SUSPICIOUS) or a contradiction (CONTRADICTED). "Noted" is information: an
oddity that honest cards have too. It accuses nobody, and is counted apart.

## 1. Accuracy: independent cases

Tried on {genuine_dumps} real dumps of genuine cards, of {machines} independent machines, and on {altered_dumps}
real dump that its publisher had altered by hand. Two dumps of one product by one publisher count as one machine,
and a machine counts once, however many cards it holds. A check counts as tried where it looked: consistent, noted,
unexplained deviation or contradicted. Wrong on a genuine machine is an accusation of any of its cards; wrong on an
altered one is none. An altered dump counts only for the checks whose kind its alteration is of.

- **At most** is the one-sided 95 % upper bound of the rate of error after Clopper and Pearson: for no error in n
  trials 1 - 0.05^(1/n), rounded up. It says what the trials exclude, not how often the check is wrong.
- The truth is what the dumps' publishers and their texts let one take for true: nobody held these cards in hand for
  this count. A card that its owner takes for genuine and that is not would be counted wrongly.
- The dumps were at hand while the checks were written, and rows of the reference data rest on some of them (InfoROM
  images, part numbers, totals, numbers of vBIOS versions): for such a row its own dump is no trial. The bounds hold for
  cards like these, and are optimistic for others. The machines are no random sample of any market.
- Nothing that this program wrote itself is counted: no simulation, no sample, no dump with a field changed by a test.
- They are dumps: whatever needs the card itself (bench, vBIOS image, measurement) or a declaration was not tried.
  What was measured on real cards stands in measurements.md.
- The checks together are less careful than each alone: one false accusation counts for the whole. Of the
  {machines} genuine machines {whole_wrong} were accused by any check (at most {whole_bound}).

### By class of product, all checks together

| class | genuine machines | noted | unexplained deviation | contradicted | accused | at most |
|---|---|---|---|---|---|---|
"""
CHECKS = """
### By check

| check | machines | noted | unexplained deviation | contradicted | accused | at most | altered | missed | at most |
|---|---|---|---|---|---|---|---|---|---|
"""
MATRIX = """
### By check and class

Each cell: genuine machines on which the check looked / accused (at most). "–" is "not tried". With so few machines in a
cell the bounds are wide; that is what is known.

"""
CONSISTENT = (
    SECOND
    + """

Every row of the reference data ({rows} rows, {ids} device ids) was made a genuine card under each of its device ids
and seen in every honest way that we know of: by drivers from R352 to R595, in both forms of nvidia-smi's output, with
ECC on, off, about to change and not printed, cut into slices (MIG), passed through, as guest and host of virtual GPUs,
with other windows (BAR1), slots, risers and power limits, on laptops, on the boards of many makers, under every name
and subsystem of NVIDIA's tables, with ids masked in the ways that publishers have, and as a record of PCI, NVML and
nvidia-smi. Each was written as a dump, read by the real parsers, and judged. Sizes, ids and names are the rows' own,
so an error of the tables shows neither here nor in a report: this measures whether the program contradicts itself.

**{judged} genuine cards, {accused} false accusations.**

| class | cards judged | accused |
|---|---|---|
"""
)
LIES = """
## 3. Lies

{head}

A forger edits a dump, patches a driver or writes a firmware: in the end a text says something that is not so. The
liar (`tools/lies.py`) has a list of {products} products, made by hand from published dumps and general knowledge. He
changes one field, or several, of the genuine text of one of them, in the XML or the plain text of nvidia-smi or in a
record. He imports nothing of the program, reads none of its tables and calls none of its formulas (a test reads his
imports); what drivers differ by and what ECC leaves of a memory, two facts of the field, he states by himself. With
each lie he says, by rules that an expert would give, whether it shows in the claims. *Caught* is an accusation; *named*
is a finding of the field's own kind that shows the lied value, as a word of its own. The genuine texts under the lies
were judged first: {bases} of them was accused, and what was said of them already counts for no lie.

What weakens this: the genuine texts are written by this program from its tables, so an error of a table may hide here
too. The liar's list was held against these tables once, and corrected in 8 of its lines. What was missed at first led
to better checks, or to a milder word of the liar on what shows (board part numbers, sisters on one device id, products
without a public specification): the counts are of the program after that, not of a first encounter. And the kinds of
lies were thought of by the makers of the checks: a forgery of which nobody has thought is in no table.

| field | lies | show | caught and named | noted and named only | missed | honest too | noted and named | cannot show |
|---|---|---|---|---|---|---|---|---|
"""
SHOWING = """
### Lies that show in the claims

| kind | lies | caught and named | why it shows |
|---|---|---|---|
"""
ONLY = """
### Noted and named, not called a deviation

The card's count or width differs from the product's by little, and the reference data has it from one table alone: the
program does not accuse on the word of one table, which may err by as much. What is measured on the card decides.

"""
OPEN = """
### Deviations that honest cards have too

They are noted and named; alone they accuse nobody, and two that are independent of each other accuse together.

| kind | lies | noted and named | why it is no accusation |
|---|---|---|---|
"""
HIDDEN = """
### Lies that cannot show in the claims

No reading of a text finds them. They are found, if at all, by a measurement, by the card's own firmware image, by the
eye, or by the papers. Where such a text was accused all the same, by what the forger left in it
or because the program knows more than the liar, the last column counts it.

| kind | lies | why it cannot show | accused all the same |
|---|---|---|---|
"""
END = """
## What these numbers do not say

- They say nothing of a card whose claims were all copied from another card's: that is the last of the tables above.
- They say nothing of measurements. A simulated card proves the arithmetic of a measurement, never its accuracy on
  silicon, and none is counted here.
- A rate of error of a check is not the probability that an accused card is genuine: that depends on how common
  forgeries are among the cards that are brought, which nobody has counted.
"""


def page(
    found: Accuracy, matrix: Mapping[str, Mapping[str, Trials]], consistency: Consistency, lies: LieTrial, products: int
) -> str:
    """The whole page."""
    return independent(found, matrix) + _consistency(consistency) + _lies(lies, products) + END


def independent(found: Accuracy, matrix: Mapping[str, Mapping[str, Trials]]) -> str:
    """The first part, which depends on the real dumps alone."""
    head = HEAD.format(
        genuine_dumps=found.genuine_dumps,
        altered_dumps=found.altered_dumps,
        machines=found.genuine_machines,
        whole_wrong=found.accused_machines,
        whole_bound=bound_words(found.accused_machines, found.genuine_machines),
    )
    classes = [_row(name, *_genuine(found.classes[name])) for name in CLASSES if name in found.classes]
    checks = [_check_row(check.id, found.checks.get(check.id, Trials())) for check in ALL_CHECKS]
    columns = [name for name in CLASSES if name in found.classes]
    cross = [
        _row("check", *columns),
        "|---" * (len(columns) + 1) + "|",
        *(_row(check, *(_cell(of.get(name)) for name in columns)) for check, of in matrix.items()),
    ]
    return head + _lines(classes) + CHECKS + _lines(checks) + MATRIX + _lines(cross) + "\n"


def _genuine(counts: Trials) -> tuple[str, ...]:
    genuine, accused, bound, *_ = cells(counts)
    if not counts.genuine:
        return genuine, "–", "–", "–", accused, bound
    return genuine, str(counts.noted), str(counts.suspicious), str(counts.contradicted), accused, bound


def _check_row(check: str, counts: Trials) -> str:
    return _row(check, *_genuine(counts), *cells(counts)[3:])


def _cell(counts: Trials | None) -> str:
    if counts is None:
        return "–"
    return f"{counts.genuine} / {counts.accused} ({bound_words(counts.accused, counts.genuine)})"


def _consistency(found: Consistency) -> str:
    head = CONSISTENT.format(
        rows=found.rows, ids=found.ids, judged=f"{found.judged:,}", accused=len(found.accused) or "no"
    )
    accused = [one.product_class for one in found.accused]
    classes = [_row(name, f"{found.cards[name]:,}", str(accused.count(name))) for name in CLASSES if found.cards[name]]
    kinds = [_row(kind, f"{count:,}") for kind, count in sorted(found.looks.items(), key=lambda one: one[0].casefold())]
    noted = [_row(check, f"{count:,}") for check, count in sorted(found.noted.items())]
    exceptions = [f"- {one.words}: {'; '.join(one.accusations)}" for one in found.accused]
    return (
        head
        + _lines(classes)
        + ("\nAccused, each a defect of a check or of the data:\n\n" + _lines(exceptions) if exceptions else "")
        + "\nIn which state they were seen:\n\n| state | cards |\n|---|---|\n"
        + _lines(kinds)
        + "\nWhat was noted about genuine cards, for information:\n\n| check | cards |\n|---|---|\n"
        + _lines(noted)
    )


def _lies(found: LieTrial, products: int) -> str:
    head = LIES.format(head=fill(found.head, 118), products=products, bases=len(found.accused_bases) or "none")
    fields = [
        _row(
            field,
            *(
                f"{counts[name]:,}"
                for name in ("told", "YES", "YES well", "only noted", "missed", "NOTED", "NOTED well", "NO")
            ),
        )
        for field, counts in sorted(found.by_field().items(), key=lambda one: FIELDS.index(one[0]))
    ]
    showing, open_, hidden = (found.by_kind(shows) for shows in Shows)
    missed = [f"- {one.lie.words}" for one in found.missed]
    only = [f"- {one.lie.words}" for one in found.only_noted]
    return (
        head
        + _lines(fields)
        + SHOWING
        + _lines(_row(kind, str(count), str(well), reason) for kind, count, well, _, reason in showing)
        + ("\nMissed:\n\n" + _lines(missed) if missed else "")
        + (ONLY + _lines(only) if only else "")
        + OPEN
        + _lines(_row(kind, str(count), str(well), reason) for kind, count, well, _, reason in open_)
        + HIDDEN
        + _lines(_row(kind, str(count), reason, str(caught)) for kind, count, _, caught, reason in hidden)
    )


def _row(*texts: str) -> str:
    return f"| {' | '.join(texts)} |"


def _lines(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)
