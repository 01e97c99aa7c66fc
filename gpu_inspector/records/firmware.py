"""What firmware images and the driver's inner calls say of one card: claims, read apart from the driver's word.

An image is what an EEPROM holds or what a file is said to be a copy of; who can program the EEPROM can write all of
it, but for what the chip checks the signature of. Offsets are bytes from the start of the file as it was read, unless
a field says otherwise. Ids are upper-case hexadecimal digits; digests are SHA-256 in lower-case ones.
"""

from dataclasses import dataclass

PC_AT, EFI, NBSI, EXTENSION = 0x00, 0x03, 0x70, 0xE0
"""Code types of images in the chain: the x86 part, UEFI's driver, a laptop's table, NVIDIA's own extension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EfiPart:
    """The UEFI driver (GOP) inside of an image of code type 3."""

    machine: int
    """0x8664 for x86-64."""
    compressed: bool
    readable: bool
    """False where the driver could not be unpacked; then nothing is known of its signature."""
    signed: bool | None = None
    """Whether it bears an Authenticode signature; None where it could not be looked for."""
    signers: tuple[str, ...] = ()
    """Common names of the signer and of its issuers, as the certificates in the image give them."""
    fingerprints: tuple[str, ...] = ()
    """SHA-256 of these certificates, in the same order: a name can be given to any certificate."""
    issuer: str = ""
    """Common name of who issued the last of them; that certificate itself is not in any image seen so far."""
    digest_matches: bool | None = None
    """Whether the signed digest is that of the driver's bytes; None where there is none of a kind that is read."""
    signature_sound: bool | None = None
    """Whether the signature over that digest is the named certificate's own."""
    chain_sound: bool | None = None
    """Whether each certificate in the image was signed by the next; None for one alone. No root is compared."""
    version: str = ""
    """The driver's version text, "GOP 0x60016" or such, where one was found."""
    remark: str = ""
    """Why something is None, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCode:
    """One entry of the falcon code table: code that the chip runs only with NVIDIA's signature."""

    application: int
    """0x85 is FWSEC of production, 0x45 of debugging, 0x05 the licence of firmware security."""
    target: int
    descriptor_version: int | None = None
    signatures: int | None = None
    """How many signatures its descriptor counts."""
    sha256: str = ""
    """Over the descriptor, the signatures and the code; "" where the bounds could not be told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RomImage:
    """One image of the chain."""

    offset: int
    length_bytes: int
    code_type: int
    vendor_id: str
    device_id: str
    """The card's own in code type 0 alone: UEFI parts may have "0000", extensions have the id of a whole family."""
    device_list: tuple[str, ...] = ()
    """More device ids that the image serves, of PCI 3.0 headers."""
    class_code: str = ""
    """Six hexadecimal digits as in PCI configuration space: base class, sub class, programming interface."""
    header: str = "PCIR"
    """The signature of its data structure: "PCIR", "NPDS" or "RGIS"."""
    header_revision: int = 0
    vendor_revision: int = 0
    extended_header: bool = False
    """Whether NVIDIA's own header, NPDE, stands behind it."""
    last: bool = False
    whole: bool = True
    """False where the file ends before the image does."""
    checksum_ok: bool | None = None
    """Of code type 0: whether its bytes sum to 0; None where there is no such sum."""
    subsystem: str | None = None
    """Of code type 0: "10DE:147F", from NVIDIA's own header, or in older images from their byte 0x54 on; None where
    neither has one."""
    sha256: str = ""
    efi: EfiPart | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BitToken:
    """One token of the BIOS information table."""

    id: str
    version: int
    size: int
    offset: int
    """From the start of the first image, as it stands in the table, before the rule of pointers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """What the image knows of one kind of memory."""

    strap: int
    """The value of the strap RAM_CFG that selects it, as it is read from the board: where there are rows, the
    translation table is not asked (nouveau's `bios/ramcfg.c`)."""
    type: int
    """The number of the type as it stands there; 15 marks a row that is not used."""
    type_name: str = ""
    """"GDDR6" and so on; "" for a number that no source names."""
    group: int = 0
    vendor: str = ""
    """"Samsung" and so on, where the image says it; "" where not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryTable:
    """The image's memory information: which kinds of memory it can drive, and how a strap chooses one."""

    strap_count: int = 0
    translation: tuple[int, ...] = ()
    """Of each strap value the row's strap; () where there is no translation table."""
    rows: tuple[MemoryRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerLimits:
    """Of the power budget table's entry for the whole board; None is "not there"."""

    lowest_mw: int | None = None
    default_mw: int | None = None
    highest_mw: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BitReading:
    """The BIOS information table and what its tokens lead to."""

    offset: int
    checksum_ok: bool
    tokens: tuple[BitToken, ...] = ()
    version: str = ""
    """"95.02.18.80.5F", from the numbers."""
    version_text: str = ""
    """As the version string of the image gives it."""
    build_date: str = ""
    """ISO, "2022-08-12"; "" where none could be read."""
    mobile: bool | None = None
    """The image's own flag for laptops."""
    bridged_device_id: str | None = None
    board_text: str = ""
    """The twelve characters of the token 'i'."""
    project: str = ""
    """Number and SKU of the board out of these, "G142-0010"; "" where they are something else."""
    sign_on: str = ""
    """"NVIDIA GeForce RTX 2080 Ti VGA BIOS V6360" or such."""
    copyright: str = ""
    oem: str = ""
    oem_vendor: str = ""
    oem_product: str = ""
    oem_revision: str = ""
    board_code: str = ""
    """The board's code in the sign-on, "E4735", "PG139", "P2012"; "" where there is none."""
    memory: MemoryTable | None = None
    power: PowerLimits | None = None
    signed_code: tuple[SignedCode, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VbiosReading:
    """One vBIOS image, from one source."""

    source: str
    """"card" (read out of it by the system's kernel) or "file"."""
    file_name: str = ""
    """The file's own name without its folder."""
    size_bytes: int
    sha256: str
    """Of all bytes as they were read."""
    wrapper: str = ""
    """What stands before the first image: "", "NVGI 1", "NVGI 3", "other"."""
    rom_offset: int = 0
    ifr_subsystem: str | None = None
    """The subsystem in the block before the first image, where there is one that says it."""
    images: tuple[RomImage, ...] = ()
    images_sha256: str = ""
    """Over the images of the chain alone: two dumps of one EEPROM have the same, with or without wrapper."""
    ends: bool = True
    """Whether the chain came to an image that calls itself the last."""
    partial: bool = False
    """Whether the file ends with a whole image behind which others should follow: the system's kernel reads only as
    far as the standard headers go. The images that are there can be compared, `images_sha256` cannot."""
    trailing_bytes: int = 0
    bit: BitReading | None = None
    remarks: tuple[str, ...] = ()
    """What was cut, lies outside, overlaps or contradicts itself, each in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownImage:
    """An image of the office's own collection, as its ledger holds it, that resembles one of a card at hand."""

    card: str
    """The label of the card that is inspected now."""
    sha256: str
    """`images_sha256` of the earlier one."""
    version: str
    """Both bear this version."""
    same: bool
    """Byte for byte the same chain of images."""
    differing: tuple[str, ...] = ()
    """Which parts differ, "x86 part", "UEFI part", "extension 1"."""
    device_id: str = ""
    subsystem: str = ""
    row: int
    inspection: str
    digest: str
    """Of that row."""
    made_at: str
    """ISO, UTC."""
    product: str = ""
    clean: bool = False
    """Whether that inspection had nothing against the card, and was of a card on a bench that vouched for itself."""
    from_card: bool = False
    """It was read out of the earlier card; what was handed in as a file counts for nothing."""
    same_card: bool = False
    """The earlier card bears a number of this one: it is the same card, as far as numbers tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RmCall:
    """One control call to the driver's resource manager, as it was answered."""

    name: str
    """"GPU_GET_CHIP_DETAILS" and so on."""
    command: str
    """Eight hexadecimal digits."""
    status: int | None = None
    """NV_STATUS; 0 is success; None where the system refused the call itself."""
    failure: str = ""
    """Why there is no answer, in words."""
    raw: str = ""
    """The answered structure, in hexadecimal digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RmReading:
    """Answers of the open kernel module's unprivileged control calls. None is "not given".

    Not yet seen on hardware: the structures are those of NVIDIA's headers of the named version, and no card has
    answered this program so far. Nothing may be concluded from them alone.
    """

    driver_version: str
    headers_version: str
    """The driver version whose headers the structures are from."""
    seen_on_hardware: bool = False
    calls: tuple[RmCall, ...] = ()
    chip_architecture: int | None = None
    chip_implementation: int | None = None
    chip_revision: int | None = None
    device_id: str | None = None
    chip_sku: str | None = None
    chip_major: int | None = None
    chip_minor: int | None = None
    bios_chip_sku: str | None = None
    project: str | None = None
    """The board's number, "G139" or such."""
    project_sku: str | None = None
    build_date: str | None = None
    """Of the board, as its InfoROM has it."""
    memory_manufacturer: str | None = None
    memory_part: str | None = None
    memory_date_code: str | None = None
    part_number_900: str | None = None
    part_number_699: str | None = None
    part_number_965: str | None = None
    board_revision: str | None = None
    ram_type: int | None = None
    ram_size_bytes: int | None = None
    bus_width_bits: int | None = None
    partition_mask: int | None = None
    l2_bytes: int | None = None
    memory_vendor: int | None = None
    """1 Samsung, 6 SK hynix, 15 Micron."""
    ram_cfg: int | None = None
    """The strap RAM_CFG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttestationReading:
    """What NVML gave of a card's attestation, raw: stored for those who can verify it; nothing is concluded from it."""

    nonce: str
    """64 hexadecimal digits, chosen at random for this one question."""
    report: str = ""
    """Base64; "" where none was given."""
    cec_report: str = ""
    certificate_chain: str = ""
    attestation_chain: str = ""
