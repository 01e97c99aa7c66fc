"""A board without a die: harvested, put together again and sold; its fans and lights may still run.

Against a paper that names a card this is one of the two things that the eye alone may call a contradiction, with its
photograph. Honest goods look alike: spare boards that the paper calls so, and a broken card declared as reworked.
Source: research note on modified cards, 1B FAKE-NODIE and section 5.
"""

import re
from dataclasses import replace

from gpu_inspector.checks.answer import Answer, inconclusive, sign
from gpu_inspector.checks.marking_words import against_paper, in_words, named
from gpu_inspector.language import N_
from gpu_inspector.records import goods_vocabulary as vocabulary
from gpu_inspector.records.appearance import DieMarking
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.finding import Condition, Outcome, Strength
from gpu_inspector.records.goods_words import fold
from gpu_inspector.records.product import Product

_WITNESS = N_("die marking")


def no_die(seen: DieMarking, rows: tuple[Product, ...], declaration: Declaration | None, *, answering: bool) -> Answer:
    """What a board without a die is: a contradiction of a paper that names a card, else a defect."""
    if answering or any(line.strip() for line in seen.lines):
        return inconclusive(
            N_("The answers say that there is no die, while the card answers or a marking was typed in."),
            advice=N_("Another board was looked at, or an answer is wrong: look again."),
        )
    if rows and _said_openly(declaration):
        answer = sign(
            Strength.WEAK,
            N_("There is no die on the board; declared is {declared}, in words that leave room for that."),
            expected=N_("what the paper says of parts"),
            observed=N_(f"no die{named(seen.photographs)}"),
            source=N_("the declaration"),
            witness=_WITNESS,
            cause="no die",
            innocent=(N_("spare boards that are declared as such"),),
            advice=N_("Compare the paper's words with the goods: is a board without its chip what it describes?"),
            values={"declared": in_words(rows)},
        )
    elif rows:
        answer = against_paper(
            N_("Declared is {declared}; there is no die on the board, so it is no such card."),
            photographs=seen.photographs,
            expected=in_words(rows),
            observed=N_("no die on the board"),
            witness=_WITNESS,
            cause="no die",
            innocent=(N_("spare boards under the card's name"), N_("papers of another card")),
            values={"declared": in_words(rows)},
        )
    else:
        answer = Answer(
            outcome=Outcome.NOTED,
            text=N_("There is no die on the board{photographs}: it can do nothing. What was declared is not known."),
            expected=N_("a die under the cooler"),
            observed=N_("no die"),
            source=N_("what the inspector saw"),
            advice=N_("Look for the memory chips as well: boards are harvested of both."),
            values={"photographs": named(seen.photographs)},
        )
    return replace(answer, condition=Condition.FAULTY)


def _said_openly(declaration: Declaration | None) -> bool:
    return for_parts(declaration) or (declaration is not None and declaration.modified)


def for_parts(declaration: Declaration | None) -> bool:
    """Whether the paper's words leave room for a board that lacks something: parts, defects, an empty board."""
    if declaration is None:
        return False
    said = re.sub(r"[^\w]+", " ", fold(f"{declaration.product or ''} {declaration.description}"))
    spaced = any(f" {fold(one)}" in f" {said}" for one in vocabulary.FOR_PARTS.split(","))
    return spaced or any(one.strip() in said for one in fold(vocabulary.FOR_PARTS_UNSPACED).split(","))
