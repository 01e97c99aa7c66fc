"""Logs of other people's programs, written here from the descriptions of their forms: no real log is among them."""

import json
from typing import Any

START = "https://github.com/GpuZelenograd/memtest_vulkan v{version} by GpuZelenograd\nTo finish testing use Ctrl+C\n\n"
RTX_4090 = "Bus=0x01:00 DevId=0x2684   24GB NVIDIA GeForce RTX 4090"
RTX_3090 = "Bus=0xC5:00 DevId=0x2204   24GB NVIDIA GeForce RTX 3090"
PASSED = "Standard 5-minute test PASSed! Just press Ctrl+C unless you plan long test run.\n"
FAILED = "Standard 5-minute test fail - ERRORS FOUND\n"
EXTENDED = "Extended endless test started; testing more than 2 hours is usually unneeded\n"
ALL_WELL = "memtest_vulkan: no any errors, testing PASSed.\n  press any key to continue...\n"
FOUND = "memtest_vulkan: memory/gpu ERRORS FOUND, testing finished.\n"
_HEAD = "         0x0 0x1  0x2 0x3| 0x4 0x5  0x6 0x7| 0x8 0x9  0xA 0xB| 0xC 0xD  0xE 0xF\n"


def bits_row(label: str, values: dict[int, str], width: int = 16) -> str:
    """One row of the table of bits, as the tool lays it out: four characters a column, bars after each fourth."""
    row = label
    for column in range(width):
        row += values.get(column, "").rjust(4)
        row += "|" if column % 4 == 3 and column != 15 else " " if column % 4 == 1 else ""
    return row.rstrip() + "\n"


def error_block(count: int, mode: str = "INITIAL_READ", bits: dict[int, str] | None = None, iteration: int = 2) -> str:
    share = count / 0x34000000 * 100
    return (
        f"Error found. Mode {mode}, total errors 0x{count:X} out of 0x34000000 ({share:.8f}%)\n"
        f"Errors address range: 0x1000E900..=0x2FDFF9FF  iteration:{iteration}\n"
        "values range: 0xFF64E0D7..=0x000855D7   FFFFFFFF-like count:0    bit-level stats table:\n"
        + _HEAD
        + bits_row("SinglIdx", bits if bits is not None else {4: "  12"})
        + bits_row("TogglCnt", {1: "  12"})
        + "\n"
    )


def memtest(
    device: str = RTX_4090,
    *,
    version: str = "0.5.0",
    errors_first: str = "",
    errors_later: str = "",
    minutes: int = 5,
    end: str = PASSED + EXTENDED,
    last_words: str = "^C\n\n" + ALL_WELL,
    span: float = 22.8,
) -> str:
    """A run of version 0.5, as its window shows it: `span` GiB in each iteration."""
    lines = [START.format(version=version), f"1: {device}\n", errors_first, f"Standard 5-minute test of 1: {device}\n"]
    iteration = 0
    for seconds, done in ((0.0528, 1), (1.0312, 19), (5.0117, 94), *((30.02, 560) for _ in range(2 * minutes))):
        iteration += done
        lines.append(
            f"{iteration:7} iteration. Passed {seconds:7.4f} seconds  written:{span * 0.86 * done:7.1f}GB 801.1GB/sec"
            f"        checked:{span * done:7.1f}GB 799.2GB/sec\n"
        )
    return "".join((*lines, errors_later, end, last_words))


def memtest_old(device: str = RTX_3090, last_words: str = "^C\n" + ALL_WELL, version: str = "0.3.0") -> str:
    """A run of version 0.3, which knows no standard test."""
    progress = (
        ("      1", "56.112854ms  ", 19.5, 22.8),
        ("     19", "1.011701765s ", 351.0, 409.5),
        ("    199", "10.050222094s", 3510.0, 4095.0),
    )
    lines = [START.format(version=version), f"1: {device}\nTesting 1: {device}\n"]
    lines += [
        f"{number} iteration. Since last report passed {time}   written {written:7.1f}GB, read: {read:7.1f}GB"
        "    752.9GB/sec\n"
        for number, time, written, read in progress
    ]
    return "".join((*lines, last_words))


def memtest_new(device: str = RTX_4090, error: bool = False) -> str:
    """A run of the version after 0.5, whose lines of progress bear no number of the iteration."""
    state = "LAST ERROR at 00:00:03.120" if error else "          NO ERRORS       "
    return (
        START.format(version="0.6.0")
        + f"1: {device}\nStandard 5-minute test of 1: {device}\n"
        + f"{state}    written:   19.5GB  801.1GB/s      checked:   22.8GB  799.2GB/s     00:00:00.052\n"
        + (error_block(7) if error else "")
        + f"{state}    written:  351.0GB  801.1GB/s      checked:  410.4GB  799.2GB/s     00:05:06.500\n"
        + (FAILED if error else PASSED)
    )


def log_file(*parts: str) -> str:
    """The file that the tool keeps: no version, no last words, its own marks around each run."""
    marked = []
    for part in parts:
        body = "\n".join(line for line in part.split("\n") if not line.startswith(("https:", "To finish", "memtest_v")))
        marked.append(
            "Tester console logging started at 2026-10-16T23:54:13.091596Z\n"
            "Tester worker logging started at 2026-10-16T23:54:13.133822Z\n"
            f"{body}\nlogging finished at 2026-10-16T23:59:13.133822Z\n"
        )
    return "".join(marked)


DEPLOYMENT = ("Denylist", "NVML Library", "CUDA Main Library", "Persistence Mode", "Inforom")


def dcgm_old(
    gpus: int = 2, fails: dict[tuple[str, int], str] | None = None, key: str = "gpu_ids", deployment: str = "Pass"
) -> dict[str, Any]:
    """A diagnosis in the layout up to 3.x; `fails` is (test, GPU) -> warning; `key` is "gpu_ids" (2.x) or "gpu_id"."""
    bad = fails or {}

    def results(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for gpu in range(gpus):
            entry: dict[str, Any] = {key: str(gpu), "status": "Fail" if (name, gpu) in bad else "Pass"}
            if (name, gpu) in bad and key == "gpu_ids":
                entry["warnings"] = bad[name, gpu]
            elif (name, gpu) in bad:
                entry["warnings"] = [
                    {"warning": bad[name, gpu], "error_id": 87, "error_category": 7, "error_severity": 2}
                ]
            found.append(entry)
        return found

    hardware = {"category": "Hardware", "tests": [{"name": one, "results": results(one)} for one in ("GPU Memory",)]}
    stress = {
        "category": "Stress",
        "tests": [{"name": one, "results": results(one)} for one in ("SM Stress", "Memory Bandwidth", "Memtest")],
    }
    software = {
        "category": "Deployment",
        "tests": [{"name": one, "results": [{"status": deployment}]} for one in DEPLOYMENT],
    }
    found: dict[str, Any] = {"DCGM GPU Diagnostic": {"test_categories": [software, hardware, stress]}}
    if key == "gpu_id":
        found |= {
            "Driver Version Detected": "535.129.03",
            "GPU Device IDs": ["2330"] * gpus,
            "GPU Device Serials": {str(gpu): f"165292300210{gpu}" for gpu in range(gpus)},
            "version": "3.3.9",
        }
    return found


def dcgm_new(
    gpus: int = 2, fails: dict[tuple[str, int], str] | None = None, deployment: str = "Pass"
) -> dict[str, Any]:
    """A diagnosis in the layout of 4.x."""
    bad = fails or {}

    def entry(name: str, gpu: int) -> dict[str, Any]:
        found: dict[str, Any] = {"entity_group_id": 1, "entity_group": "GPU", "entity_id": gpu, "status": "Pass"}
        if (name, gpu) in bad:
            found["status"] = "Fail"
            found["warnings"] = [{"warning": bad[name, gpu], "error_id": 87, "error_category": 7, "error_severity": 2}]
        return found

    def test(name: str) -> dict[str, Any]:
        failed = any(test_name == name for test_name, _ in bad)
        return {
            "name": name,
            "results": [entry(name, gpu) for gpu in range(gpus)],
            "test_summary": {"status": "Fail" if failed else "Pass"},
        }

    return {
        "DCGM Diagnostic": {
            "test_categories": [
                {"category": "Deployment", "tests": [{"name": "software", "test_summary": {"status": deployment}}]},
                {"category": "Hardware", "tests": [test("memory")]},
                {"category": "Stress", "tests": [test("memtest"), test("memory_bandwidth")]},
            ]
        },
        "entity_groups": [
            {
                "entity_group_id": 1,
                "entity_group": "GPU",
                "entities": [
                    {"entity_id": gpu, "serial_num": f"165292300210{gpu}", "device_id": "2330"} for gpu in range(gpus)
                ],
            },
            {"entity_group_id": 7, "entity_group": "CPU", "entities": [{"entity_id": 0, "device_id": "0"}]},
        ],
        "metadata": {"version": "4.2.3", "Driver Version Detected": "570.133.20"},
    }


def dcgm_text(document: dict[str, Any]) -> bytes:
    """As DCGM prints it: sorted keys, tabs, a blank before each colon."""
    return json.dumps(document, indent="\t", sort_keys=True, separators=(",", " : ")).encode()


def mats(
    errors: dict[str, tuple[int, int, int]] | None = None,
    *,
    version: str = "455.107",
    chip: str = "GA104",
    mb: int = 20,
    parts: str = "ABCD",
    bits: str = "",
) -> str:
    """A report of MATS on a chip with two subpartitions a letter."""
    bad = errors or {}
    rows = {f"FBIO{letter}{half}": bad.get(f"FBIO{letter}{half}", (0, 0, 0)) for letter in parts for half in "01"}
    sums = [sum(row[kind] for row in rows.values()) for kind in range(3)]
    table = "".join(f"{name:7} {row[0]:11} {row[1]:12} {row[2]:12}\n" for name, row in rows.items())
    failing = f"\nFailing Bits: \n  {bits}\n" if bits else ""
    return (
        f"mats version {version}.  Testing {chip} with {mb} MB of memory starting with 0 MB.\n"
        f"Read    Error Count: {sums[0]}\nWrite   Error Count: {sums[1]}\nUnknown Error Count: {sums[2]}\n\n"
        "=== MEMORY ERRORS BY SUBPARTITION ===\n"
        "SUBPART READ ERRORS WRITE ERRORS UNKNOWN ERRS\n------- ----------- ------------ ------------\n"
        + table
        + failing
    )
