"""What keeps a good answer from being read as a clearance: the other two questions, and what was looked at.

A check mark in one headline is taken for "all clear", whatever stands beside it. So an answer is only ever shown
without reserve where all three are good on a card that was in this machine: identity CONSISTENT, condition SOUND,
control class "none". "not assessed" is not "none", and neither is a class that this module does not know, nor one that
rests on less than the product's own figures, or beside which a rule asks for a licence.
"""

from dataclasses import dataclass
from enum import Enum

from gpu_inspector.language import N_, _, clauses, said, sentences
from gpu_inspector.records import control_headline, words
from gpu_inspector.records.control import INDETERMINATE
from gpu_inspector.records.control import NONE as NOT_CONTROLLED
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.words import Clean

__all__ = ["INDETERMINATE", "NOT_CONTROLLED", "Answer", "Question", "answers_of", "beside", "is_good", "still_open"]


class Question(Enum):
    """The three questions of the headlines, and the one before them: was there a card at all?"""

    IDENTITY = "identity"
    CONDITION = "condition"
    CONTROL = "control"
    CARD = "card"


_CONTROL_OPEN = {
    NOT_ASSESSED: N_("no export-control rules were applied"),
    INDETERMINATE: N_("the export-control class is indeterminate"),
}
_FIRM = ("published", "formula")
"""What a class may rest on to be read without reserve: not on a die that fits, an estimate or a rumour."""
_IDENTITY_OPEN = {
    Identity.INCONCLUSIVE: N_("the identity is inconclusive"),
    Identity.SUSPICIOUS: N_("the identity has an unexplained deviation"),
    Identity.CONTRADICTED: N_("the identity is contradicted"),
}
_CONDITION_OPEN = {
    Condition.NOT_EXAMINED: N_("the condition was not examined"),
    Condition.WORN: N_("the card is worn"),
    Condition.FAULTY: N_("the card has a defect"),
}
_CARD_OPEN = {
    Origin.FILE: N_("no card was there, only a file"),
    Origin.SAMPLE: N_("no card was there, only a sample"),
    Origin.SIMULATION: N_("no card was there, only a simulation"),
    Origin.SEEN: N_("the object was not started"),
}


def still_open(card: CardJudgement, origin: Origin) -> dict[Question, str]:
    """What speaks against reading this card's headlines as "all clear", each as a clause; empty where nothing does."""
    found = {
        Question.IDENTITY: _IDENTITY_OPEN.get(card.identity, ""),
        Question.CONDITION: _CONDITION_OPEN.get(card.condition, ""),
        Question.CONTROL: _control_open(card),
        Question.CARD: _CARD_OPEN.get(origin, ""),
    }
    return {question: _(clause) for question, clause in found.items() if clause}


def _control_open(card: CardJudgement) -> str:
    """What speaks against reading the control class as a clearance; "" where nothing does."""
    if card.control != NOT_CONTROLLED:
        return _CONTROL_OPEN.get(card.control, N_("an entry of the export-control list covers it"))
    found = card.control_class
    if found is None:
        return N_("nothing says how its export-control class was come to")
    if found.enforced.entry != NOT_CONTROLLED:
        return N_("its export-control class as enforced is another")
    if control_headline.beside(found):
        return N_("letters of the authority may ask for an export licence")
    if control_headline.remembered(found):
        return N_("the figures of its export-control class were written down from memory")
    return "" if found.basis in _FIRM else N_("its export-control class does not rest on the product's own figures")


def beside(card: CardJudgement, origin: Origin, question: Question) -> tuple[str, ...]:
    """What is open beside the answer to this question; () where the answer may stand without reserve."""
    return tuple(clause for asked, clause in still_open(card, origin).items() if asked is not question)


def is_good(card: CardJudgement, question: Question) -> bool:
    """Whether the answer to this question is the best that there is; whatever stands beside it."""
    return {
        Question.IDENTITY: card.identity is Identity.CONSISTENT,
        Question.CONDITION: card.condition is Condition.SOUND,
        Question.CONTROL: not _control_open(card),
    }.get(question, False)


@dataclass(frozen=True, slots=True)
class Answer:
    """A headline in words, as window and paper show it."""

    question: Question
    asked: str
    word: str
    meaning: str


def answers_of(card: CardJudgement, origin: Origin, clean: Clean) -> tuple[Answer, ...]:
    """The three headlines of a card; a good one says what is open beside it."""
    answers = (
        (
            Question.IDENTITY,
            _(words.IDENTITY_QUESTION),
            _(words.IDENTITIES[card.identity]),
            words.identity_meaning(card, clean),
        ),
        (
            Question.CONDITION,
            _(words.CONDITION_QUESTION),
            _(words.CONDITION_WORDS[card.condition]),
            _(words.CONDITIONS[card.condition]),
        ),
        (
            Question.CONTROL,
            _(words.CONTROL_QUESTION),
            words.control_word(card.control, clean),
            control_headline.meaning(card.control, card.control_class, clean),
        ),
    )
    return tuple(
        Answer(question, asked, word, sentences(meaning, _reserve(card, origin, question)))
        for question, asked, word, meaning in answers
    )


def _reserve(card: CardJudgement, origin: Origin, question: Question) -> str:
    named = beside(card, origin, question)
    if not is_good(card, question) or not named:
        return ""
    return said("No clearance: {clauses}.", clauses=clauses(named))
