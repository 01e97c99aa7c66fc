"""The script that makes the product data: that it loses nothing, doubts what is doubtful, and repeats itself."""

import csv
from pathlib import Path

import pytest

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.product import Product
from tools import make_products, reference_rows, reference_sources

ROOT = Path(make_products.__file__).resolve().parent.parent
TABLES = ROOT.parent / "shared" / "reference"
needs_tables = pytest.mark.skipif(
    not (TABLES / "skus.csv").is_file(), reason="the reference tables are not beside this checkout"
)

CHIPS = """codename,architecture,chip_id,src_chip_id,compute_capability,src_cc,fp32_lanes_per_sm,src_lanes,full_sm,\
src_full_sm,full_l2_bytes,src_full_l2,full_bus_bits,src_full_bus,memory_types,die_area_mm2,src_area
AD102,Ada Lovelace,0x192,NVARCH,8.9,CUDA,128,CUDA,144,P:press,100663296,M,384,T+W,GDDR6 GDDR6X,608.5,W (T: 609)
"""
SKUS = """nvml_name,device_ids,subsystem_specific,die,mobile,segment,sm_enabled,mem_gib,mem_type,bus_bits,\
nvml_max_mem_clock_mhz_expected,l2_bytes,boost_mhz,tdp_w,power_default_w_observed,pcie,ecc_default,src_ecc,\
nvml_total_mib_ecc_off,nvml_total_mib_ecc_on,nvml_total_basis,nvml_total_mib_observed,launch,form_factor,board,\
board_part_number_observed,gpu_part_number_observed,gpu_part_number_expected,inforom_image_prefix_observed,note,\
sources,tpu_id
NVIDIA GeForce RTX 4090,2684,,AD102,no,GeForce,128,24.0,GDDR6X,384,10501,75497472,2520.0,450,450 450.00,4.0 x16,\
"supported, default off",O,24564,23028,F2,24564(ecc off),2022,Triple,,,2684-300-A1,2684-300-A1,G002.0000,,\
name+ids=nvreleased; sm=T+W; mem=T; mtype=T+W; bus=T (conflict); rate=T+W; l2=X:M; pcie=T; form=T; launch=T,c1
"""
VARIANTS = """device_id,nvml_name,die,mobile,mem_gib,mem_type,bus_bits,sm_enabled,mem_evidence
2684,NVIDIA GeForce RTX 4090,AD102,no,24,GDDR6X,384,128,T+O
2684,NVIDIA GeForce RTX 4090,AD102,no,48,GDDR6X,384,128,T
"""
PCIIDS = """vendor_id,device_id,sub_vendor,sub_device,name,source,die,die_pciids,die_by_id_range
10DE,2684,,,AD102 [GeForce RTX 4090],pciids,AD102,AD102,AD102
10DE,2684,,,NVIDIA GeForce RTX 4090,nvreleased,AD102,AD102,AD102
10DE,2684,,,NVIDIA GeForce RTX 4090,nvjson,AD102,AD102,AD102
1002,2684,,,Other,pciids,,,
"""


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    folder = tmp_path / "tables"
    folder.mkdir()
    for name, text in {
        "chips.csv": CHIPS,
        "skus.csv": SKUS,
        "device_variants.csv": VARIANTS,
        "pciids.csv": PCIIDS,
        "vbios_prefix.csv": "prefix,die,source,evidence\n95.02,AD102,O,RTX 4090\n",
        "same_name_other_die.csv": "name,dies,device_ids\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def products(tables: Path) -> list[Product]:
    return reference_rows.products_of(
        make_products.read(tables / "skus.csv"), make_products.read(tables / "device_variants.csv")
    )


def test_a_variant_without_a_product_row_becomes_one(tables: Path) -> None:
    assert [row.memory_mib for row in products(tables)] == [24576, 49152]
    assert products(tables)[1].memory_evidence == {"2684": "T"}


def test_the_fields_are_read_and_doubted_one_by_one(tables: Path) -> None:
    row = products(tables)[0]
    assert (row.pcie_gen, row.pcie_width, row.ecc, row.total_basis) == (4, 16, "off", "F2")
    assert row.totals_observed_mib == (24564,)
    assert row.power_observed_w == (450,)
    assert row.single_source == ("bus_bits", "pcie_gen", "pcie_width")
    assert row.from_memory == ("l2_bytes",)


def test_what_one_table_alone_owns_is_left_out(tables: Path) -> None:
    text = make_products.make(tables)["ada.jsonl"]
    assert "2022" not in text
    assert "Triple" not in text


def test_one_name_has_all_of_its_registers(tables: Path) -> None:
    rows = reference_rows.names_of(make_products.read(tables / "pciids.csv"))
    assert [(row.name, row.sources) for row in rows] == [
        ("GeForce RTX 4090", ("pciids",)),
        ("NVIDIA GeForce RTX 4090", ("nvjson", "nvreleased")),
    ]


def test_the_same_tables_give_the_same_bytes(tables: Path, tmp_path: Path) -> None:
    for name in ("first", "second"):
        assert make_products.main(["--from", str(tables), "--to", str(tmp_path / name)]) == 0
    written = sorted((tmp_path / "first").iterdir())
    assert len(written) > 5
    for file in written:
        assert file.read_bytes() == (tmp_path / "second" / file.name).read_bytes()


def test_missing_tables_are_told_in_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make_products.main(["--from", str(tmp_path / "nowhere"), "--to", str(tmp_path / "out")]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "--from" in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4.0 x16", (4, 16)),
        ("MXM-B (3.0)", (3, None)),
        ("1.0 x4", (1, 4)),
        ("3.0", (3, None)),
        ("C2C", (None, None)),
        ("", (None, None)),
    ],
)
def test_pcie_is_read(text: str, expected: tuple[int | None, int | None]) -> None:
    assert reference_rows.pcie_of(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GM206 [GeForce GTX 960 FAKE]", "GeForce GTX 960 FAKE"),
        ("AD103M / GN21-X11 [GeForce RTX 4090 Laptop GPU]", "GeForce RTX 4090 Laptop GPU"),
        ("P5200 [Zbook 17 G5 mobile workstation]", "P5200"),
        ("Mi Notebook Pro [GeForce MX150]", "GeForce MX150"),
        ("Tesla M6 # Copied from Tesla M60", "Tesla M6"),
        ("NVIDIA H100 PCIe", "NVIDIA H100 PCIe"),
    ],
)
def test_a_registers_remarks_are_no_part_of_a_name(text: str, expected: str) -> None:
    assert reference_rows.plain_name(text) == expected


@pytest.mark.parametrize(
    ("field", "evidence", "named_by", "expected"),
    [
        ("memory_mib", "T+W", "nvreleased", "sound"),
        ("memory_mib", "T", "nvreleased", "single"),
        ("memory_mib", "T (laptop row)", "nvreleased", "single"),
        ("bus_bits", "T (conflict)", "nvreleased", "single"),
        ("memory_mib", "X:M", "nvreleased", "memory"),
        ("memory_mib", "VG (L2-24Q)+M", "nvreleased", "sound"),
        ("bus_bits", "VG (L2-24Q)+M", "nvreleased", "memory"),
        ("memory_mib", "O (97871 MiB; 900 W)+M", "nvreleased", "sound"),
        ("sm", "O (183359 MiB; 1000 W) + P magazine (148 SM)+M", "nvreleased", "sound"),
        ("memory_mib", "N+pciids+N(name)", "nvreleased", "sound"),
        ("memory_mib", "N+pciids+N(name)", "pciids", "single"),
        ("memory_mib", "vGPU type names of 2BB9 give 84 GB + M", "nvreleased", "memory"),
    ],
)
def test_evidence_weighs_what_it_can_have_shown(field: str, evidence: str, named_by: str, expected: str) -> None:
    assert reference_sources.weight(field, "NVIDIA Card", evidence, named_by) == expected


@needs_tables
def test_the_committed_data_is_what_the_script_makes() -> None:
    for name, text in make_products.make(TABLES).items():
        assert (ROOT / "resources" / "products" / name).read_text(encoding="utf-8") == text, name


@needs_tables
def test_every_variant_of_the_tables_is_in_the_catalogue() -> None:
    catalogue = load()
    with (TABLES / "device_variants.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            size = round(float(row["mem_gib"]) * 1024) if row["mem_gib"] else None
            assert any(
                (one.name, one.die, one.memory_mib, one.memory_type or "", one.mobile)
                == (row["nvml_name"], row["die"], size, row["mem_type"], row["mobile"] == "yes")
                and (size is None or one.memory_evidence[row["device_id"]] == row["mem_evidence"])
                for one in catalogue.by_device(row["device_id"])
            ), row
