"""Honest traders, their papers and their cards, as an inspector may meet them: none is called a liar for being usual.

Each case was an accusation once. Beside it stands the same case with its one honest thing taken away, which must show.
"""

from dataclasses import replace

import pytest
from cards import genuine, row_of
from honest_descriptions import VAGUE
from paper_cards import CHECK, GRAVE, H100, RTX_3060, RTX_4090, said_of

from gpu_inspector.checks.board_sum import kept_apart
from gpu_inspector.records.appearance import Answered, Appearance, DieMarking, Label, MemoryChips, Power, Seen
from gpu_inspector.records.catalogue import Catalogue, load
from gpu_inspector.records.declaration import Declaration
from gpu_inspector.records.evidence import CardEvidence, Evidence, Origin
from gpu_inspector.records.finding import Finding, Identity, Outcome, Role, Strength
from gpu_inspector.records.goods_code import speaks_as_tariff
from gpu_inspector.workflow.judging import judge

PICTURE = ("c" * 64,)
OURS = ("declaration-", "identity-label", "board-label", "board-eye", "board-size", "board-marking", "board-signs",
        "die-marking", "die-eye", "memory-marking", "condition-start", "export-")  # fmt: skip
"""Checks of papers, label and eye."""
SERIAL, NEXT = "1324522012345", "1324522099871"
RTX_3080 = genuine(row_of("NVIDIA GeForce RTX 3080", "2206", 10), "2206")


def looked_at(evidence: Evidence, seen: Appearance) -> Evidence:
    return replace(evidence, cards=tuple(replace(card, seen=seen) for card in evidence.cards))


def findings(evidence: Evidence, paper: Declaration | None = None, at: int = 0) -> dict[str, Finding]:
    judged = judge(evidence, paper or Declaration(), load())
    return {one.check: one for one in judged.cards[at].findings}


def grave(found: dict[str, Finding]) -> list[str]:
    return [name for name, one in found.items() if one.outcome in GRAVE]


def with_serials(evidence: Evidence, *serials: str) -> Evidence:
    """As many cards of the kind, each with its own serial and UUID."""
    (card,) = evidence.cards
    assert card.nvml is not None
    assert card.nvidia_smi is not None
    cards = tuple(
        replace(
            card,
            label=f"0000:0{place}:00.0",
            nvml=replace(card.nvml, serial=serial, uuid=uuid),
            nvidia_smi=replace(card.nvidia_smi, serial=serial, uuid=uuid),
        )
        for place, serial in enumerate(serials, 1)
        for uuid in (f"GPU-8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a9{place:03}",)
    )
    return replace(evidence, cards=cards)


# --- descriptions


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(Declaration(product="NVIDIA H100 PCIe"), id="the product stands in its own field"),
        pytest.param(Declaration(control_class="3A090.a"), id="the entry is the right one"),
        pytest.param(Declaration(control_class="5A992.z"), id="and so is a .z entry"),
    ],
)
@pytest.mark.parametrize("text", VAGUE)
def test_a_short_description_hides_nothing_that_the_paper_says_elsewhere(text: str, paper: Declaration) -> None:
    told = said_of(H100, replace(paper, description=text))
    assert (told.outcome, told.strength) == (Outcome.NOTED, Strength.WEAK)
    assert said_of(H100, text).outcome is Outcome.CONTRADICTED


def test_a_part_number_that_is_the_cards_own_names_the_goods() -> None:
    (card,) = H100.cards
    assert card.nvidia_smi is not None
    known = replace(card, nvidia_smi=replace(card.nvidia_smi, board_part_number="900-21010-0000-000"))
    paper = Declaration(description="computer parts", part_number="P/N 900-21010-0000-000")
    assert said_of(replace(H100, cards=(known,)), paper).strength is Strength.WEAK
    assert said_of(H100, replace(paper, part_number="900-99999-0000-000")).outcome is Outcome.CONTRADICTED


@pytest.mark.parametrize("text", ["toys", "GeForce RTX 3060", "Radeon RX 580"])
def test_a_paper_at_odds_with_itself_is_unexplained_and_contradicts_nobody(text: str) -> None:
    """Two lines of one declaration are mixed up more often than a smuggler names his goods."""
    assert said_of(H100, Declaration(description=text, product="H100 PCIe")).outcome is Outcome.SUSPICIOUS
    assert said_of(H100, Declaration(description=text, control_class="3A090.a")).outcome is Outcome.CONTRADICTED
    assert said_of(H100, text).outcome is Outcome.CONTRADICTED


@pytest.mark.parametrize(
    "text",
    [
        "Teile und Zubehör für Maschinen der Position 8471",
        "Parties et accessoires des machines du n° 84.71",
        "Partes y accesorios de máquinas de la partida 84.71",
        "części i akcesoria maszyn objętych pozycją 8471",
        "части и принадлежности машин товарной позиции 8471",
        "HS 84733020 computer parts",
        "parts 8473.30",
        "Parts for ADP machines",
    ],
)
def test_the_tariffs_own_words_are_no_disguise_in_any_language(text: str) -> None:
    assert speaks_as_tariff(text)
    assert said_of(H100, text).outcome in (Outcome.NOTED, Outcome.INCONCLUSIVE)


@pytest.mark.parametrize("text", ["parts 4711", "18471 parts", "8471234567890 parts", "adapters", "84.5 kg of parts"])
def test_other_figures_are_not_the_tariffs(text: str) -> None:
    assert not speaks_as_tariff(text)


@pytest.mark.parametrize(
    "text", ["server parts", "server components", "data center equipment", "серверное оборудование"]
)
def test_server_parts_are_what_such_a_board_is(text: str) -> None:
    assert said_of(H100, text).outcome is Outcome.SUSPICIOUS
    assert said_of(RTX_3060, text).outcome is Outcome.NOTED


@pytest.mark.parametrize("text", ["GPU server parts", "GPU server spare parts", "servers with GPU", "GPU tray"])
def test_a_servers_worth_of_cards_in_one_line_is_not_held_against_anybody(text: str) -> None:
    assert not grave(findings(with_serials(H100, *[f"13245220{one:05}" for one in range(8)]), Declaration(
        description=text, quantity=1, hs_code="8471.50"
    )))  # fmt: skip


@pytest.mark.parametrize("evidence", [H100, RTX_4090], ids=["H100", "RTX 4090"])
def test_where_no_licence_is_needed_generic_words_hide_nothing_that_decides(evidence: Evidence) -> None:
    paper = Declaration(description="computer parts", destination="DE", headquarters="DE")
    assert said_of(evidence, paper).outcome is Outcome.NOTED
    assert said_of(evidence, replace(paper, destination="CN", headquarters="CN")).outcome in GRAVE


def test_a_workstation_card_is_no_datacentre_board() -> None:
    """A shop of computers writes "computer parts" of an RTX 6000 as of every card."""
    evidence = genuine(load().by_name("NVIDIA RTX 6000 Ada Generation")[0])
    assert said_of(evidence, "computer parts").outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize("text", ["eGPU enclosure", "eGPU dock"])
def test_a_box_that_is_sold_with_a_card_inside(text: str) -> None:
    assert said_of(RTX_3060, text).outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    ("product", "text"),
    [
        ("NVIDIA GeForce GTX 1050 Ti", "GTX 1050 graphics card"),
        ("NVIDIA T1000 8GB", "Quadro T1000"),
        ("NVIDIA GeForce RTX 4070 SUPER", "RTX 4070"),
    ],
)
def test_a_shortened_name_of_a_card_that_no_rule_asks_for_is_noted(product: str, text: str) -> None:
    evidence = genuine(load().by_name(product)[0])
    assert said_of(evidence, text).outcome is Outcome.NOTED
    assert said_of(RTX_4090, "RTX 4090 D").outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(("name", "whole"), [("Tesla M60", 16), ("NVIDIA A16", 64), ("Tesla M10", 32)])
def test_a_board_of_several_gpus_is_declared_with_all_of_its_memory(name: str, whole: int) -> None:
    (row,) = load().by_name(name)
    for paper in (Declaration(product=name, memory_gb=whole), Declaration(product=name, memory_gb=whole // 2)):
        found = findings(genuine(row), paper)
        right = paper.memory_gb in (whole, (row.memory_mib or 0) // 1024)
        for check in ("declaration-memory", "declaration-catalogue"):
            assert (found[check].outcome is Outcome.CONSISTENT) is right


# --- goods codes


def test_a_wrong_code_beside_words_that_name_the_card_is_a_mistake_first() -> None:
    code = "declaration-classification"
    bare = Declaration(hs_code="8504.40")
    assert said_of(RTX_4090, bare, code).outcome is Outcome.SUSPICIOUS
    for named in (replace(bare, description="graphics cards"), replace(bare, product="RTX 4090")):
        assert said_of(RTX_4090, named, code).outcome is Outcome.NOTED
    for cut in ("8504", "4711"):
        assert said_of(RTX_4090, Declaration(hs_code=cut), code).outcome is Outcome.NOTED


# --- export control


def test_an_old_data_sheet_is_named_among_the_innocent_reasons() -> None:
    """EAR99 of an RTX 4090: the figures contradict the paper, and its author may have copied a sheet of 2022."""
    told = said_of(RTX_4090, Declaration(control_class="EAR99"), "export-declared")
    assert told.outcome is Outcome.CONTRADICTED
    assert any("data sheet" in one for one in told.innocent)
    before = Declaration(control_class="EAR99", export_date="2022-03-01")
    assert said_of(RTX_4090, before, "export-declared").outcome not in GRAVE


@pytest.mark.parametrize("evidence", [H100, RTX_4090], ids=["H100", "RTX 4090"])
def test_no_licence_required_is_right_of_a_controlled_card_for_germany(evidence: Evidence) -> None:
    paper = Declaration(control_class="NLR", destination="DE", headquarters="DE")
    assert said_of(evidence, paper, "export-declared").outcome is Outcome.CONSISTENT


# --- labels


def test_labels_that_were_mixed_up_in_a_machine_with_several_cards() -> None:
    machine = with_serials(H100, SERIAL, NEXT)
    first, second = machine.cards
    swapped = replace(
        machine,
        cards=(
            replace(first, seen=Appearance(label=Label(brand="NVIDIA", serial=NEXT))),
            replace(second, seen=Appearance(label=Label(brand="NVIDIA", serial=SERIAL))),
        ),
    )
    for at in (0, 1):
        told = findings(swapped, at=at)["identity-label-serial"]
        assert (told.outcome, told.strength) == (Outcome.NOTED, Strength.WEAK)
    alone = replace(swapped, cards=swapped.cards[:1])
    assert findings(alone)["identity-label-serial"].outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    ("typed", "strength"),
    [
        ("1324522012354", Strength.WEAK),
        ("1324522013346", Strength.MEDIUM),
        ("1324522093377", Strength.STRONG),
    ],
)
def test_slips_of_a_hand_that_types_a_serial(typed: str, strength: Strength) -> None:
    seen = looked_at(with_serials(H100, SERIAL), Appearance(label=Label(brand="NVIDIA", serial=typed)))
    assert findings(seen)["identity-label-serial"].strength is strength


def test_the_shroud_of_a_sister_on_a_refurbished_board() -> None:
    seen = looked_at(RTX_3080, Appearance(label=Label(brand="ASUS", model="TUF-RTX3090-O24G-GAMING")))
    check = "identity-label-model"
    assert findings(seen, Declaration(product="RTX 3080"))[check].strength is Strength.MEDIUM
    assert findings(seen)[check].outcome is Outcome.SUSPICIOUS, "nobody says what was sold"
    larger = looked_at(RTX_3080, Appearance(label=Label(brand="ASUS", model="TUF-RTX4090-O24G-GAMING")))
    assert findings(larger, Declaration(product="RTX 3080"))[check].outcome is Outcome.SUSPICIOUS, "another die"


# --- markings


def marked(evidence: Evidence, line: str) -> Evidence:
    return looked_at(evidence, Appearance(die=DieMarking(present=True, lines=(line,), photographs=PICTURE)))


def only_seen(seen: Appearance) -> Evidence:
    card = CardEvidence(label="object", seen=replace(seen, power=Power.DOES_NOT_START))
    return replace(RTX_4090, origin=Origin.SEEN, cards=(card,), host=None)


def test_one_key_beside_the_marking_of_a_card_that_claims_the_papers_die() -> None:
    paper = Declaration(product="RTX 4090")
    for line in ("AD107-300-A1", "AD103-300-A1"):
        told = findings(marked(RTX_4090, line), paper)["die-marking"]
        assert (told.outcome, told.strength) == (Outcome.SUSPICIOUS, Strength.STRONG)
    dead = Appearance(die=DieMarking(present=True, lines=("AD103-300-A1",), photographs=PICTURE))
    assert findings(only_seen(dead), paper)["die-marking"].outcome is Outcome.CONTRADICTED, "an RTX 4080's own bin"
    unborn = replace(dead, die=replace(dead.die, lines=("AD107-300-A1",)))
    assert findings(only_seen(unborn), paper)["die-marking"].outcome is Outcome.SUSPICIOUS, "nobody's bin"
    other = replace(dead, die=replace(dead.die, lines=("GA102-225-A1",)))
    assert findings(only_seen(other), paper)["die-marking"].outcome is Outcome.CONTRADICTED


def test_a_date_code_without_a_photograph_is_one_figure_of_somebodys_typing() -> None:
    die = DieMarking(present=True, lines=("S TW 2031A1", "AD102-300-A1"), photographs=PICTURE)
    check = "die-marking-date"
    assert findings(looked_at(RTX_4090, Appearance(die=die)))[check].strength is Strength.MEDIUM
    assert findings(looked_at(RTX_4090, Appearance(die=replace(die, photographs=()))))[check].strength is Strength.WEAK


def chips(count: int, photographs: tuple[str, ...] = PICTURE) -> tuple[MemoryChips, ...]:
    return (
        MemoryChips(marking="D8BZC", count=count, side="front", photographs=photographs),
        MemoryChips(marking="", count=0, side="rear", photographs=PICTURE),
    )


@pytest.mark.parametrize("count", [11, 13])
def test_one_chip_miscounted_on_a_card_that_runs_with_its_memory(count: int) -> None:
    paper = Declaration(product="RTX 4090", memory_gb=24)
    found = findings(looked_at(RTX_4090, Appearance(memory=chips(count))), paper)
    assert found["memory-marking"].outcome is found["memory-marking-count"].outcome is Outcome.NOTED
    assert not grave(found)
    dead = findings(only_seen(Appearance(memory=chips(count))), paper)
    assert dead["memory-marking"].outcome is Outcome.SUSPICIOUS
    assert findings(only_seen(Appearance(memory=chips(6))), paper)["memory-marking"].outcome is Outcome.CONTRADICTED


def test_a_photograph_of_the_bare_rear_does_not_show_the_chips_of_the_front() -> None:
    paper = Declaration(product="RTX 4090", memory_gb=24)
    found = findings(only_seen(Appearance(memory=chips(6, photographs=()))), paper)
    assert found["memory-marking"].outcome is Outcome.SUSPICIOUS


@pytest.mark.parametrize(
    "text",
    [
        "RTX 4090 PCB donor board, no core no memory",
        "broken graphics card",
        "Grafikkarten-Platine ohne GPU, Ersatzteilspender",
        "carte graphique pour pièces, sans GPU",
        "tarjeta gráfica averiada, para repuestos",
        "плата видеокарты RTX 4090 без чипа, на запчасти",
        "RTX 4090 空板 无核心",
        "ジャンク グラフィックボード",
    ],
)
def test_a_board_for_parts_is_declared_as_one_in_any_language(text: str) -> None:
    seen = Appearance(whole_card=False, die=DieMarking(present=False, photographs=PICTURE))
    paper = Declaration(product="RTX 4090", description=text)
    told = findings(only_seen(seen), paper)["die-marking"]
    assert (told.outcome, told.strength) == (Outcome.NOTED, Strength.WEAK)
    for silent in ("graphics card RTX 4090", "gaming graphics cards, new", "видеокарта RTX 4090 новая"):
        assert findings(only_seen(seen), replace(paper, description=silent))["die-marking"].outcome is (
            Outcome.CONTRADICTED
        )


# --- what adds up


def sign_of(witness: str, cause: str) -> Finding:
    return Finding(
        check=f"x-{cause}",
        title="x",
        role=Role.SUPPORTING,
        outcome=Outcome.NOTED,
        strength=Strength.MEDIUM,
        text="x",
        witness=witness,
        cause=cause,
    )


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        pytest.param(("memory marking", "memory chips mixed"), ("label", "label"), True, id="a shop put in both"),
        pytest.param(("memory marking", "memory chips mixed"), ("silicon", "memory channel"), True, id="and repaired"),
        pytest.param(("memory marking", "memory chips mixed"), ("driver", "memory size"), False, id="a size is none"),
        pytest.param(("eye", "another die"), ("label", "label"), True, id="a cooler leaves stains and a label"),
        pytest.param(("eye", "another board"), ("label", "label"), True, id="the outside held against that label"),
        pytest.param(("die marking", "another die"), ("label", "label"), False, id="a cooler marks no die"),
        pytest.param(("eye", "another die"), ("driver", "memory size"), False, id="nor another size"),
    ],
)
def test_one_repair_or_one_change_of_the_cooler(one: tuple[str, str], other: tuple[str, str], apart: bool) -> None:
    assert bool(kept_apart(sign_of(*one), sign_of(*other))) is apart


def test_an_owner_who_ground_his_die_and_flashed_a_sisters_image_is_not_accused(catalogue: Catalogue) -> None:
    (card,) = RTX_3080.cards
    assert card.pci is not None
    assert card.nvml is not None
    assert card.nvidia_smi is not None
    seen = Appearance(
        label=Label(brand="ASUS", model="TUF-RTX3080-O10G-GAMING"),
        answers=(Answered(question="package-surface", seen=Seen.DEVIATES, photographs=PICTURE),),
    )
    card = replace(
        card,
        pci=replace(card.pci, subsystem_vendor="1458", subsystem_id="4038"),
        nvml=replace(card.nvml, subsystem_vendor="1458", subsystem_id="4038"),
        nvidia_smi=replace(card.nvidia_smi, subsystem_vendor="1458", subsystem_id="4038"),
        seen=seen,
    )
    judged = judge(replace(RTX_3080, cards=(card,)), Declaration(product="RTX 3080", memory_gb=10), catalogue)
    found = {one.check: one for one in judged.cards[0].findings}
    assert found["board-label-vendor"].strength is found["die-eye-package"].strength is Strength.MEDIUM
    assert judged.verdict not in (Identity.SUSPICIOUS, Identity.CONTRADICTED)


# --- words


def test_every_sign_of_papers_label_and_eye_names_an_innocent_explanation(catalogue: Catalogue) -> None:
    seen = Appearance(
        label=Label(brand="SANDKYAN", serial=NEXT, model="RTX 4090 48GB", text="Made in China"),
        die=DieMarking(present=True, lines=("GA102-225-A1", "S TW 2031A1"), photographs=PICTURE),
        memory=chips(6),
        board_marking="PG199",
        weight_g=100.0,
    )
    paper = Declaration(
        description="toys", hs_code="9503.00", quantity=0, value="0 USD", country_of_origin="DE", brand="Nonesuch",
        serial=NEXT, control_class="EAR99", product="H100", memory_gb=80,
    )  # fmt: skip
    for evidence in (looked_at(with_serials(H100, SERIAL), seen), looked_at(RTX_4090, seen), only_seen(seen)):
        (card,) = judge(evidence, paper, catalogue).cards
        signs = [one for one in card.findings if one.strength is not Strength.NONE]
        assert len(signs) > 5
        assert [one.check for one in signs if not one.innocent] == []
        words = " ".join(one.text.casefold() for one in card.findings if one.check.startswith(OURS))
        for word in ("genuine", "fraud", "forg", "smuggl", "counterfeit", "liar", "fake", "illegal", "guilty"):
            assert word not in words


def test_the_check_of_descriptions_is_still_the_one_of_the_must_show(catalogue: Catalogue) -> None:
    judged = judge(H100, Declaration(description="computer components"), catalogue)
    assert [one.check for one in judged.cards[0].findings if one.outcome in GRAVE] == [CHECK]
