"""What an inspector wrote down of one object, made by hand: a card that does not start, and a hostile record."""

from gpu_inspector.records.appearance import (
    Answered,
    Appearance,
    DieMarking,
    Label,
    LabelCode,
    MemoryChips,
    Power,
    Seen,
    Shot,
    Sure,
)
from gpu_inspector.records.checklist import QUESTIONS, SHOTS
from gpu_inspector.records.declaration import Photograph

SHA = tuple(f"{number:02x}" * 32 for number in range(1, 6))
PHOTOGRAPHS = tuple(Photograph(sha256=one, name=f"{one[:2]}.jpg", size_bytes=1) for one in SHA)
"""Five, none of them at hand."""
NOTE = "No logo of the maker on the shroud."


def answers(count: int = 20) -> tuple[Answered, ...]:
    """The first questions as expected, but one that deviates and one that cannot be seen."""
    special = {
        "outside-bracket": Answered(
            question="outside-bracket", seen=Seen.DEVIATES, note=NOTE, photographs=(SHA[3], SHA[1])
        ),
        "label-code": Answered(question="label-code", seen=Seen.NOT_VISIBLE),
    }
    return tuple(special.get(name, Answered(question=name, seen=Seen.AS_EXPECTED)) for name in list(QUESTIONS)[:count])


SILENT_CARD = Appearance(
    power=Power.DOES_NOT_START,
    whole_card=True,
    answers=answers(),
    label=Label(
        brand="ASUS",
        model="ROG-STRIX-RTX4090-O24G-GAMING",
        serial="S1YVCM012345",
        text="MADE IN CHINA\nsecond line",
        codes=(
            LabelCode(kind="Code 128", text="S1YVCM012345", sure=Sure.CHECKSUM, photograph=SHA[0]),
            LabelCode(kind="Data Matrix", text="90YV0ID1", sure=Sure.OFFICER),
            LabelCode(kind="Code 39", text="4711", sure=Sure.NOT, photograph=SHA[0]),
        ),
        photographs=(SHA[0],),
    ),
    die=DieMarking(present=True, lines=("S TW 2231A1", "AD102-300-A1"), photographs=(SHA[2],)),
    memory=(MemoryChips(marking="MT61K512M32 D8BZC", count=12, side="front", photographs=(SHA[4],)),),
    weight_g=1890.5,
    length_mm=358.0,
    board_marking="PG139",
    shots=(Shot(what=SHOTS[0], photographs=(SHA[0],)),),
)


def hostile(text: str) -> Appearance:
    """Every text of it is this one, and every list is long."""
    names = (*QUESTIONS, text)
    given = tuple(Answered(question=name, seen=Seen.DEVIATES, note=text, photographs=(text,)) for name in names)
    code = LabelCode(kind=text, text=text, sure=Sure.NOT, photograph=text)
    return Appearance(
        answers=given * 3,
        label=Label(brand=text, model=text, part_number=text, serial=text, text=text, codes=(code,) * 60),
        die=DieMarking(present=False, lines=(text,) * 60, photographs=(text,)),
        memory=(MemoryChips(marking=text, count=1 - 2**53, side=text, photographs=(text,)),) * 60,
        weight_g=-1e300,
        board_marking=text,
        shots=(Shot(what=text, photographs=(text,)),) * 60,
    )
