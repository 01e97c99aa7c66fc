"""Masks are told from values, however they were painted; real numbers are never taken for masks."""

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sampling import examples

from gpu_inspector.probes.smi_fields import is_masked
from gpu_inspector.probes.smi_masks import spoken_absence

MASKS = [
    "",
    " ",
    "N/A",
    "[N/A]",
    "[Not Supported]",
    "0",
    "0000000000000",
    "[REDACTED]",
    "REDACTED",
    "redacted by me",
    "<hidden>",
    "{serial}",
    "XXXXXXXXXXXXX",
    "03222180XXXXX",
    "0322****",
    "****",
    "???",
    "...",
    "####",
    "█████",
    "1111111111111",
    "0123456789012",
    "1234567890123",
    "9876543210987",
    "GPU-00000000-0000-0000-0000-000000000000",
    "GPU-XXX9-b02c-1c4ca42113c8",
    "GPU-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "GPU-12345678-aaaa-bbbb-cccc-0123456789ab",
    "GPU-d37e67a5-91dd-3774-a5cb-000000000000",
    "GPU-37037c3f-1111-2222-3333-420204ad8026",
    "deadbeef-dead-beef-dead-beefdeadbeef",
    "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
    "000-00000-0000-000",
    "00.00.00.00.00",
    "0x0000000000000000",
    "Unknown Error",
    "[Unknown Error]",
    "ERR!",
    "GPU is lost",
]
VALUES = [
    "1650522003820",
    "0322218049033",
    "0424418054852",
    "1320000000017",
    "GPU-513536b6-7d19-9063-b049-1e69664bb298",
    "GPU-9a9a6c50-2a47-2f51-a902-b82c3b127e94",
    "900-2G133-0000-000",
    "692-2G506-0212-002",
    "2684-300-A1",
    "94.02.00.00.00",
    "G001.0000.01.04",
    "2055.0052.00.04",
    "1.1",
    "6.16",
    "0x531e7660f021a0d4",
    "NVIDIA GeForce RTX 4090",
    "None",
    "P0",
    "Graphics Device",
    "NVIDIA A100-SXM4-80GB",
    "Tesla P100-PCIE-12GB",
    "Ada Lovelace",
]


@pytest.mark.parametrize("text", MASKS, ids=repr)
def test_a_mask_is_known(text: str) -> None:
    assert is_masked(text)


@pytest.mark.parametrize("text", VALUES, ids=repr)
def test_a_value_is_no_mask(text: str) -> None:
    assert not is_masked(text)


@given(st.uuids(version=None), st.booleans())
@settings(max_examples=examples(300), deadline=None)
def test_a_uuid_counts_as_masked_only_where_it_is_patterned(value: uuid.UUID, upper: bool) -> None:
    text = f"GPU-{str(value).upper() if upper else value}"
    groups = str(value).split("-")
    plain = len(set(value.hex)) >= 10 and all(len(set(group)) > 2 for group in groups)
    counted = any(group[:4] in "0123456789abcdef0123" or group[:4] in "fedcba9876543210fedc" for group in groups)
    if plain and not counted:
        assert not is_masked(text)


def test_no_random_uuid_and_no_random_serial_is_taken_for_a_mask() -> None:
    names = (uuid.uuid5(uuid.NAMESPACE_OID, str(number)) for number in range(20_000))
    assert not any(is_masked(f"GPU-{name}") or is_masked(f"{name.int % 10**13:013}") for name in names)


@given(st.text(max_size=60))
@settings(max_examples=examples(200), deadline=None)
def test_what_a_text_says_of_its_absence_holds_in_brackets_too(text: str) -> None:
    if spoken_absence(text) is not None:
        assert is_masked(text)
        assert is_masked(f"[{text.strip()}]")


@given(st.text(alphabet="xX*#?0", min_size=3, max_size=20))
@settings(max_examples=examples(100), deadline=None)
def test_a_row_of_hiding_signs_is_a_mask_at_any_length(text: str) -> None:
    runs = any(sign * 3 in text.lower() for sign in "x#?*")
    assert is_masked(text) or not (runs or set(text) == {"0"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("N/A", "not supported"),
        ("[Not Supported]", "not supported"),
        ("Requested functionality has been deprecated", "not supported"),
        ("Insufficient Permissions", "no permission"),
        ("GPU access blocked by the operating system", "no permission"),
        ("Unknown Error", "error"),
        ("ERR!", "error"),
        ("[GPU requires reset]", "error"),
        ("[REDACTED]", "masked"),
        ("Enabled", None),
        ("24564 MiB", None),
    ],
)
def test_nvidia_smis_own_phrases_have_their_reasons(text: str, reason: str | None) -> None:
    assert spoken_absence(text) == reason
