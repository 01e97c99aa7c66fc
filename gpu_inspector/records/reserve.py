"""What keeps a good answer from being read as a clearance: the other two questions, and what was looked at.

A check mark in one headline is taken for "all clear", whatever stands beside it. So an answer is only ever shown
without reserve where all three are good on a card that was in this machine: identity CONSISTENT, condition SOUND,
control class "none". "not assessed" is not "none", and neither is a class that this module does not know.
"""

from dataclasses import dataclass
from enum import Enum

from gpu_inspector.language import N_
from gpu_inspector.records import words
from gpu_inspector.records.evidence import Origin
from gpu_inspector.records.finding import NOT_ASSESSED, Condition, Identity
from gpu_inspector.records.inspection import CardJudgement
from gpu_inspector.records.words import Clean

NOT_CONTROLLED = "none"
"""The control class of what no entry of the applied rules covers."""
INDETERMINATE = "indeterminate"
"""The control class where a fact that decides is missing."""


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
}


def still_open(card: CardJudgement, origin: Origin) -> dict[Question, str]:
    """What speaks against reading this card's headlines as "all clear", each as a clause; empty where nothing does."""
    found = {
        Question.IDENTITY: _IDENTITY_OPEN.get(card.identity, ""),
        Question.CONDITION: _CONDITION_OPEN.get(card.condition, ""),
        Question.CONTROL: ""
        if card.control == NOT_CONTROLLED
        else _CONTROL_OPEN.get(card.control, N_("an entry of the export-control list covers it")),
        Question.CARD: _CARD_OPEN.get(origin, ""),
    }
    return {question: clause for question, clause in found.items() if clause}


def beside(card: CardJudgement, origin: Origin, question: Question) -> tuple[str, ...]:
    """What is open beside the answer to this question; () where the answer may stand without reserve."""
    return tuple(clause for asked, clause in still_open(card, origin).items() if asked is not question)


def is_good(card: CardJudgement, question: Question) -> bool:
    """Whether the answer to this question is the best that there is; whatever stands beside it."""
    return {
        Question.IDENTITY: card.identity is Identity.CONSISTENT,
        Question.CONDITION: card.condition is Condition.SOUND,
        Question.CONTROL: card.control == NOT_CONTROLLED,
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
    said = (
        (
            Question.IDENTITY,
            words.IDENTITY_QUESTION,
            words.IDENTITIES[card.identity],
            words.identity_meaning(card, clean),
        ),
        (Question.CONDITION, words.CONDITION_QUESTION, card.condition.value, words.CONDITIONS[card.condition]),
        (
            Question.CONTROL,
            words.CONTROL_QUESTION,
            words.control_word(card.control, clean),
            words.control_meaning(card.control),
        ),
    )
    return tuple(
        Answer(question, asked, word, f"{meaning} {_reserve(card, origin, question)}".strip())
        for question, asked, word, meaning in said
    )


def _reserve(card: CardJudgement, origin: Origin, question: Question) -> str:
    clauses = beside(card, origin, question)
    if not is_good(card, question) or not clauses:
        return ""
    return f"No clearance: {'; '.join(clauses)}."
