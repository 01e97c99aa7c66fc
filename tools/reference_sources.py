"""How far a cell of the reference tables can be trusted: which sources say it, and which of them are independent."""

import re
from collections.abc import Mapping

Row = Mapping[str, str]

FIELD_OF = {
    "sm": ("sm",),
    "mem": ("memory_mib",),
    "mtype": ("memory_type",),
    "bus": ("bus_bits",),
    "rate": ("memory_clock_mhz",),
    "l2": ("l2_bytes",),
    "boost": ("boost_mhz",),
    "tdp": ("tdp_w",),
    "pcie": ("pcie_gen", "pcie_width"),
    "board": ("board",),
}
"""The tables' source keys -> fields of a Product. Launch dates and board forms are left out on purpose: almost
all of them come from one table whose owner licenses nothing."""

THIRD_PARTY = frozenset({"T", "W", "AK", "pciids"})
"""Tables that others keep. One of them alone is a single source."""


def sources_of(row: Row) -> dict[str, str]:
    """Field -> source codes. A row whose figures come from one place names it for all fields at once."""
    found: dict[str, str] = {"ecc": row["src_ecc"]}
    text = row["sources"] if "=" in row["sources"] else f"name+ids=O; specs={row['sources']}"
    for key, value in re.findall(r"(?:^|; )([a-z0-9+]+)=(.*?)(?=; [a-z0-9+]+=|$)", text):
        if key == "name+ids":
            found |= {"name": value, "device_ids": value}
        elif key == "specs":
            found |= {field: value for key in FIELD_OF for field in FIELD_OF[key] if field != "board"}
        else:
            found |= dict.fromkeys(FIELD_OF.get(key, ()), value)
    return found


def doubtful(kind: str, name: str, sources: Mapping[str, str], evidence: Mapping[str, str]) -> tuple[str, ...]:
    """The fields whose evidence weighs no more than that: "single" or "memory".

    A memory size has evidence for each device id, and counts as doubtful as its most doubtful one, since a
    check asks about one id.
    """
    found = []
    for field, source in sources.items():
        texts = [*evidence.values()] if field == "memory_mib" and evidence else [source]
        if kind in (weight(field, name, text, sources.get("name", "")) for text in texts):
            found.append(field)
    return tuple(sorted(found))


def weight(field: str, name: str, evidence: str, named_by: str) -> str:
    """Either "sound", "single" or "memory" for one field's evidence.

    A size that a name spells counts as NVIDIA's word only where NVIDIA's own tables have the name.
    """
    pieces = [piece.strip() for piece in re.split(r"\+(?![^(]*\))", evidence)]
    codes = {code_of(piece) for piece in pieces if supports(field, name, piece)}
    if named_by == "pciids":
        codes = {"pciids" if code == "N" else code for code in codes}
    strong = codes - THIRD_PARTY - {"M", "CUR"}
    if strong or (len(codes & THIRD_PARTY) > 1 and "conflict" not in evidence):
        return "sound"
    if "M" in codes or not codes:
        return "memory"
    return "single"


def code_of(piece: str) -> str:
    """The source code of one piece of evidence: "T" of "T (laptop row)", "M" of "X:M"."""
    if piece.startswith("vGPU type names of"):
        return "M"  # another id's name, carried over
    if piece.startswith("vGPU"):
        return "VG"
    return re.split(r"[ (]", piece.removeprefix("X:"), maxsplit=1)[0]


def supports(field: str, name: str, piece: str) -> bool:
    """Whether a piece of evidence says anything about that field.

    A name, a vGPU type and an observed total give a memory size, and no other figure unless they spell it.
    """
    if field in ("name", "device_ids", "board", "ecc", "tdp_w"):
        return True
    if code_of(piece) in ("T", "W", "M"):
        return True
    if code_of(piece) == "P":
        return field == "sm" and "SM" in piece
    if field == "memory_type":
        return bool(re.search(r"HBM|DDR", piece + name))
    return field == "memory_mib"


# --- names
