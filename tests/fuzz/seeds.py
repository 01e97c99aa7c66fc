"""Where the fuzzer begins: what our own generators write, made when it starts; nothing of a real card or machine.

What is made anew each time (keys, times) needs no place in the kept corpus.
"""

import ctypes
import re
import struct
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

from gpu_inspector.records import canonical

MOST_WORDS = 400
_NAMES = ("NVIDIA GeForce RTX 4090", "NVIDIA A100-SXM4-80GB")


def seeds_of(name: str) -> list[bytes]:
    """The inputs that the fuzzer of a target starts from."""
    return _SEEDS[name]()


def words_of(name: str) -> list[bytes]:
    """Words and tags that stand in the seeds: what mere chance would take long to spell."""
    found: dict[bytes, None] = {}
    for seed in seeds_of(name):
        for word in re.finditer(rb"[<\"/]{0,2}[A-Za-z_][A-Za-z0-9_ -]{2,28}[>\":=]{0,2}", seed):
            found.setdefault(word[0])
    return list(islice(found, MOST_WORDS))


def _images() -> list[bytes]:
    import efi_builder
    import rom_builder

    small: dict[str, Any] = {"x86_blocks": 5, "code": bytes(range(64)), "extensions": 1}
    roms = [rom_builder.Rom(**small, wrapper=wrapper) for wrapper in (0, 1, 3)]
    roms += [
        rom_builder.Rom(**small, power_in_extension=True, descriptor_version=2, translation=None),
        rom_builder.Rom(**small, extended_header=False, header=b"NPDS", device_list=(0x2684, 0x2685)),
        rom_builder.Rom(**small, standard_ends_early=True, trailing=b"\xff" * 40, mobile=True),
    ]
    built = [rom_builder.build(rom) for rom in roms]
    signed = rom_builder.build(rom_builder.Rom(**small, efi_driver=efi_builder.driver()))
    return [*(one.data for one in built), signed.data, built[0].data[: built[0].places["image 1"] + 100]]


def _drivers() -> list[bytes]:
    import efi_builder

    changes = ("", "twice", "elliptic", "no attributes", "other entry", "not an authority", "damaged certificate")
    images = [efi_builder.option_rom(change=change) for change in changes]
    return [*images, *(efi_builder.option_rom(compressed=True, change=one) for one in changes[:2])]


def _dumps(form: str) -> list[bytes]:
    from cards import row_of

    from gpu_inspector.probes import sample
    from gpu_inspector.records.catalogue import load

    rows = [(row, load().die_of(row.device_ids[0])) for row in map(row_of, _NAMES)]
    pairs = [(row, die) for row, die in rows if die is not None]
    assert pairs
    texts = [sample.write(row, die, form=form) for row, die in pairs] + [sample.write_many(pairs, form=form)]
    whole = [text.encode() for text in texts]
    return [*whole, texts[0].encode("utf-16"), "\n".join(f"> {line}" for line in texts[0].splitlines()).encode()]


def _tables() -> list[bytes]:
    table = (
        "| NVIDIA-SMI 550.54.14      Driver Version: 550.54.14      CUDA Version: 12.4     |\n"
        "|   0  NVIDIA A100-SXM4-80GB          On  |   00000000:01:00.0 Off |                    0 |\n"
        "| N/A   35C    P0             63W /  400W |       0MiB /  81920MiB |      0%      Default |\n"
        "|                                         |                      |             Disabled |\n"
    )
    return [table.encode(), table.replace("|", "│").replace("A100-SXM4-80GB", "A100-SXM4-8...").encode()]


def _captures() -> list[bytes]:
    import rom_builder
    from cards import genuine, row_of
    from report.report_records import inspection
    from silicon_records import silicon_of_row, with_silicon

    from gpu_inspector.probes import vbios

    found = []
    for name in _NAMES:
        row = row_of(name)
        evidence = genuine(row)
        (card,) = evidence.cards
        image = vbios.parse(rom_builder.image_for(row), source="card")
        found.append(replace(with_silicon(evidence, silicon_of_row(row)), cards=(replace(card, vbios=(image,)),)))
        found.append(with_silicon(evidence, silicon_of_row(row)))
    return [*map(canonical.encode, found), *(canonical.encode(one) for one in (inspection(),)), *_dumps("xml")[:1]]


@cache
def _bare() -> bytes:
    """A report's pages with nothing on them: what is drawn there would only take the fuzzer's time."""
    import pikepdf

    with pikepdf.open(BytesIO(_drawn())) as pages:
        del pages.pages[1:]
        (page,) = pages.pages
        page.Contents = pages.make_stream(b"")
        page.Resources = pikepdf.Dictionary()
        pages.Root.StructTreeRoot = pikepdf.Dictionary(Type=pikepdf.Name.StructTreeRoot)
        del pages.Root.Outlines
        pages.remove_unreferenced_resources()
        held = BytesIO()
        pages.save(held)
        return held.getvalue()


@cache
def _reports() -> tuple[bytes, ...]:
    from report.report_records import entry_of, inspection
    from report.sealed import countersigned, office, plain, stamped

    from gpu_inspector.report.signature import sign

    body, entry, identity = canonical.encode(inspection()), entry_of(inspection()), office().identity(office().officer)
    small, reviewed = (
        sign(_bare(), body, entry, identity, reason="r", place="Köln", reviewer=reviewer) for reviewer in (False, True)
    )
    return small, stamped(small), countersigned(reviewed), small[: len(small) // 2], plain()


def _bodies() -> list[bytes]:
    from report.report_records import inspection

    return [canonical.encode(inspection())]


@cache
def _drawn() -> bytes:
    from report.report_records import entry_of, inspection
    from report.sealed import office

    from gpu_inspector.report.document import draw

    record = inspection()
    return draw(record, entry_of(record), signer=office().identity(office().officer).fingerprint)


def sealed_around(body: bytes) -> bytes:
    """A soundly signed report whose record is `body`, and whose pages are those of an honest one."""
    from report.sealed import office

    from gpu_inspector.records.chain import GENESIS, entry_for
    from gpu_inspector.report.signature import sign

    identity = office().identity(office().officer)
    return sign(_drawn(), body, entry_for(17, GENESIS, body), identity, reason="r", place="Köln")


def _answers() -> list[bytes]:
    from gpu_inspector.probes import rm_layout

    kinds = {
        rm_layout.GPU_GET_CHIP_DETAILS: rm_layout.ChipDetails,
        rm_layout.BIOS_GET_SKU_INFO: rm_layout.SkuInfo,
        rm_layout.GPU_GET_OEM_BOARD_INFO: rm_layout.BoardInfo,
        rm_layout.MC_GET_ARCH_INFO: rm_layout.ArchInfo,
    }
    pairs = [(number, ctypes.sizeof(kind)) for number, kind in kinds.items()]
    fillings = (b"\0", b"G139", b"\xff", b"2022\x17 SHI")
    found = [number.to_bytes(4, "little") + (filling * size)[:size] for number, size in pairs for filling in fillings]
    facts = b"".join(struct.pack("<II", index, 7 * index) for index in range(0x20))
    return [*found, struct.pack("<II", rm_layout.FB_GET_INFO_V2, 0x20) + facts]


def _photographs() -> list[bytes]:
    import zxingcpp
    from PIL import Image

    bars = zxingcpp.create_barcode("0325219012345", zxingcpp.BarcodeFormat.Code128)
    picture = Image.fromarray(zxingcpp.write_barcode_to_image(bars, scale=2)).convert("L")
    fields = Image.Exif()
    fields[0x0112], fields[0x0132], fields[0x010F] = 6, "2026:01:02 03:04:05", "Test"
    found = []
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        held = BytesIO()
        picture.save(held, form, exif=fields)
        found.append(held.getvalue())
    return found


def _checkpoints() -> list[bytes]:
    from ledger.conftest import _inspection
    from report.sealed import office

    from gpu_inspector.ledger.store import Ledger
    from gpu_inspector.workflow import checkpoints

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "l" / "ledger.sqlite"
        with Ledger(path) as ledger:
            entry = ledger.append(_inspection())
        return [checkpoints.after_append(path, entry, office().identity(office().officer)).data]


def _policies() -> list[bytes]:
    """The file of one, its statement alone, and the TOML that both were written from."""
    from datetime import UTC, datetime

    from report.sealed import office

    from gpu_inspector.records import policy
    from gpu_inspector.workflow import statements

    made = policy.Policy(
        office="North",
        number=3,
        made_at=datetime.now(UTC).replace(microsecond=0),
        note="Ask the laboratory.",
        profile="standard",
        no_measure=False,
        mandatory=tuple(policy.FIELDS),
        lists_asked=("ab" * 32,),
    )
    statement = canonical.encode(made)
    signed = statements.framed(statement, statements.sign(statement, office().identity(office().officer)))
    names = ", ".join(f'"{name}"' for name in policy.FIELDS)
    toml = f'office = "North"\nnumber = 3\nprofile = "deep"\nno-measure = false\nmandatory = [{names}]\n'
    return [signed, statement, f'{toml}trusted = ["a.pem"]\nwatch-lists = ["b.json"]\nmust-ask = []\n'.encode()]


def _lines() -> list[bytes]:
    from cards import row_of
    from silicon_records import silicon_of_row

    from gpu_inspector.measure import messages

    silicon = silicon_of_row(row_of(_NAMES[0]))
    said: list[messages.Message] = [messages.Missing("die", "why"), messages.Result(silicon)]
    said.append(messages.Part(silicon))
    return [b"".join(map(messages.encode, said)), messages.encode(said[1])]


def _markings() -> list[bytes]:
    from gpu_inspector.records.catalogue import load

    dies = ["AD102-300-A1", "TU102-300A-K1-A1", "GA100-884AA-A1", "GF116-400-A1", "GN20-E5-A1", "ad1o2 3oo a1"]
    around = "S TW 2231A1\n{}\nN6G123.M1W\nQUAL SAMPLE\n"
    chips = [f"SEC 231 {one.marking} {grade}" for one in load().memory_codes for grade in (*one.speeds_gbps, "")]
    return [*(around.format(die).encode() for die in dies), "\n".join(chips).encode(), b"TAIWAN 1845\nSAMSUNG\n"]


def _written_answers() -> list[bytes]:
    from gpu_inspector.workflow import blank_answers

    blank = blank_answers.text()
    answered = (
        'format = 1\npower = "does not start"\nweight_g = 2186\nboard_marking = "PG139"\n[label]\nbrand = "ASUS"\n'
        'serial = "1323522000000"\nmodel = "TUF-RTX4090-O24G"\n[die]\nlines = ["S TW 2231A1", "AD102-300-A1"]\n'
        '[[memory]]\nmarking = "D8BZC"\ncount = 12\nside = "front"\n[answers.package-surface]\nseen = "deviates"\n'
    )
    as_json = b'{"format":1,"die":{"present":false},"answers":{"package-present":{"seen":"deviates","note":"none"}}}'
    return [blank.encode(), answered.encode(), as_json]


def _foreign_logs() -> list[bytes]:
    import foreign_logs as logs

    errors = logs.error_block(9)
    texts = [
        logs.memtest(minutes=0, errors_later=errors, end=logs.FAILED),
        logs.memtest_old(),
        logs.memtest_new(error=True),
        logs.log_file(logs.memtest(minutes=0), logs.memtest(logs.RTX_3090, minutes=0)),
        logs.mats({"FBIOA1": (0, 9, 0)}, bits="A032 A033"),
    ]
    diagnoses = [logs.dcgm_old(2), logs.dcgm_old(2, {("Memtest", 1): "w"}, key="gpu_id"), logs.dcgm_new(2)]
    runs = {"Overall Result": "Pass", "iterations": [logs.dcgm_new(1)] * 2}
    return [*(text.encode() for text in texts), *map(logs.dcgm_text, (*diagnoses, runs))]


def _foreign_files() -> list[bytes]:
    import foreign_files as files
    from cards import row_of

    row = row_of(_NAMES[0])
    one = files.facts_of(row)
    texts = [
        files.gpu_z(one, comma=True),
        files.gpu_z_xml(files.gpu_z_card(one)),
        files.hwinfo_csv({0: row.name}, rows=3),
        files.hwinfo_text(one),
        files.lspci(one, dump=files.configuration(one)),
        files.dmesg(one, more="[ 5.0] NVRM: name string overridden to X"),
        files.bug_report(row),
    ]
    return [*(text.encode() for text in texts), files.packed(files.bug_report(row, safe=True))]


def _tags() -> list[bytes]:
    name, digest = "0b7c9a52-30c8-4b8c-8a43-5b8f0d9b7c11", "3f" * 32
    plain = f"GPU INSPECTOR TAG 17 CARD 2 DIGEST {digest[:16].upper()} INSPECTION {name.replace('-', '').upper()}"
    report = f"GPU Inspector report 17 digest {digest} inspection {name}"
    others = (plain.replace("TAG", "SIMULATION TAG"), plain.replace("TAG", "SAMPLE TAG"), f" {plain.lower()}\r\n")
    return [text.encode() for text in (plain, report, *others)]


def _lists() -> list[bytes]:
    import json

    from server_cards import SERIALS

    number = SERIALS[0]
    sheets = [
        f"Serial number;Part number;Description;Quantity;Slot\n{number};900-21010-0000-000;NVIDIA H100 SXM5;1;GPU 1\n",
        f'sep=;\nS/N;Produit\n="{number}";H100\n1,65E+12;H100\n;Alimentation 3000 W\n',
        f'序列号,品名,数量\n"{number}\n{SERIALS[1]}",H100,2\n合计,,2\n',
    ]
    piece = {
        "@odata.id": "/redfish/v1/Systems/1/Processors/GPU_1",
        "@odata.type": "#Processor.v1_20_0.Processor",
        "ProcessorType": "GPU",
        "Manufacturer": "NVIDIA",
        "Model": "H100 80GB HBM3",
        "PartNumber": "2330-885-A1",
        "SerialNumber": number,
        "UUID": "8a1f6a37-5b0c-4e0e-9d55-3c1b7f2a90d0",
        "Location": {"PartLocation": {"ServiceLabel": "GPU 1"}},
    }
    device = {**piece, "@odata.type": "#PCIeDevice.v1_13_0.PCIeDevice", "Name": "NVIDIA H100 GPU", "Slot": {}}
    del device["ProcessorType"]
    texts = [json.dumps(piece), json.dumps({"Members": [piece, device]})]
    return [*(text.encode() for text in (*sheets, *texts)), sheets[2].encode("gb18030"), sheets[0].encode("utf-16")]


def _packs() -> list[bytes]:
    """Of every file of the program's own data its beginning, as one statement; and a whole signed pack of them."""
    from gpu_inspector import reference, resources
    from gpu_inspector.records import released
    from gpu_inspector.records.catalogue import Catalogue
    from gpu_inspector.workflow import signing, statements

    files: dict[str, str] = {}
    for name in released.names():
        text = resources.read(name).decode()
        lines = text.splitlines(keepends=True)
        files[name] = "".join(lines[:2]) if name.endswith(".jsonl") else text
    tables = re.split(r"(?m)^(?=\[\[)", files["modifications.toml"])
    first = {table.partition("\n")[0]: table for table in reversed(tables)}
    files["modifications.toml"] = "".join(first.values())
    del files["modifications.json"]
    named = {name.removeprefix(reference.FOLDER): text.encode() for name, text in files.items()}
    statement = reference.Statement(
        kind=reference.KIND, version=Catalogue(named).version, made_at=datetime(2026, 1, 1, tzinfo=UTC), files=files
    )
    whole = canonical.encode(statement)
    identity = signing.signer()
    today = canonical.encode(replace(statement, made_at=datetime.now(UTC).replace(microsecond=0)))
    signed = statements.framed(today, statements.sign(today, identity))
    return [whole, canonical.encode(replace(statement, files={**files, "export/rules.json": "{}"})), signed]


def _halls() -> list[bytes]:
    head = "node,rack,unit,cards,simulate,seed,trouble\n"
    return [
        b"node,rack,unit\nn1,A1,40\nn2,A1,U38\n",
        "\ufeffnode;rack;unit\r\n# comment\r\n\r\nn1;三号机柜;1\r\n".encode(),
        f'{head}"n,1",A1,40,8,genuine-h100,7,dies\nn2,,,,genuine-h100,8,patched-driver\n'.encode(),
    ]


def _batches() -> list[bytes]:
    """Three rows as they travel: whole, and their places alone; the bodies stored, not compressed."""
    import zlib
    from dataclasses import replace

    import registry_pushing as pushing
    from report.sealed import office

    from gpu_inspector.records import canonical, keyed
    from gpu_inspector.records.registry import CardNumber, Kind, pack

    identity = office().identity(office().officer)
    made = [pushing.inspection(number) for number in range(3)]
    rows = pushing.rows_with(*made)
    plain = [replace(row, body=zlib.compress(canonical.encode(one), 0)) for row, one in zip(rows, made, strict=True)]
    number = CardNumber(card=0, kind="serial", keyed=True, value=keyed.keyed("serial", "1", b"k" * 32))
    bare = [replace(row, kind=Kind.DIGEST, body=None, numbers=(number,)) for row in rows]
    return [pack(pushing.batch(some, identity)) for some in (plain, bare)]


def _node_answers() -> list[bytes]:
    from gpu_inspector.records.node import Wish
    from gpu_inspector.workflow import node_answers, node_envelope, node_hello

    asked = Wish(audit="a", node="n", nonce="0" * 32, simulate="genuine-h100-sxm")
    wishes = [node_envelope.wish_bytes(one) for one in (asked, replace(asked, trouble="no-driver"))]
    return [said(one) for one in wishes for said in (node_hello.hello, node_answers.answer)]


_SEEDS: dict[str, Callable[[], list[bytes]]] = {
    "node-answer": _node_answers,
    "vbios": _images,
    "efi": _drivers,
    "nvidia-smi-xml": lambda: _dumps("xml"),
    "nvidia-smi-text": lambda: _dumps("text"),
    "nvidia-smi-table": _tables,
    "capture": _captures,
    "pdf": lambda: list(_reports()),
    "sealed-record": _bodies,
    "foreign-logs": _foreign_logs,
    "foreign-files": _foreign_files,
    "inner-calls": _answers,
    "tag": _tags,
    "label": _photographs,
    "checkpoint": _checkpoints,
    "policy": _policies,
    "child": _lines,
    "markings": _markings,
    "answers": _written_answers,
    "lists": _lists,
    "data-pack": _packs,
    "hall": _halls,
    "registry-batch": _batches,
}
