"""Pictures of labels as a telephone takes them, drawn from a seed: what stands on them is known, how they look is bad.

Nothing here says how often a real photograph is read: the pictures are drawn, and their damage is what was thought of.
"""

from dataclasses import dataclass, field

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageOps

Format = zxingcpp.BarcodeFormat
Pixels = NDArray[np.uint8]
MATRIX = (Format.DataMatrix, Format.QRCode, Format.Aztec, Format.PDF417)
FINE = 8
"""Pixels of a module while it is drawn; the picture is made smaller afterwards, so that edges fall between pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """What is done to the picture of a label; nothing is done where nothing is said."""

    module: float = 3.0
    """Pixels of a module in the picture."""
    turn: float = 0.0
    lean: float = 0.0
    """Perspective: the share of its side that a corner is moved by."""
    blur: float = 0.0
    """In modules, standard deviation."""
    moved: int = 0
    """Pixels that the camera moved by while it looked."""
    noise: float = 0.0
    contrast: float = 1.0
    quality: int = 95
    covered: float = 0.0
    """The share of each code that something lies on."""
    glare: float = 0.0
    edges: int = 0
    """Edges between bar and space that were moved, over the whole height of the code."""
    filled: int = 0
    """Spaces that were filled, or bars that were scratched off."""
    inverse: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture, and what its codes were before they were damaged."""

    picture: Image.Image
    texts: frozenset[str]
    harm: Harm = field(default_factory=Harm)


def one_of(seed: int, harm: str) -> Drawn:
    """A label of 1 to 4 codes. `harm` is "little", "moderate", "heavy" or "altered" (bars were changed)."""
    random = np.random.default_rng((seed, sum(harm.encode())))
    return label(texts_of(random), harm_of(random, harm), random)


def texts_of(random: np.random.Generator) -> tuple[tuple[Format, str], ...]:
    """Kinds of code with texts as they stand on labels of cards and boxes, made up."""

    def digits(count: int) -> str:
        return "".join(map(str, random.integers(0, 10, count)))

    def letters(count: int) -> str:
        return "".join(random.choice(list("ABCDEFGHJKLMNPRSTUVWXYZ0123456789"), count))

    serial, part = digits(13), f"900-{random.integers(1, 6)}G{digits(3)}-{digits(4)}-{digits(3)}"
    ways = (
        (Format.Code128, serial),
        (Format.Code128, part),
        (Format.Code128, f"N{letters(1)}C{letters(9)}"),
        (Format.Code128, f"602-V{digits(3)}-{digits(2)}SB{digits(10)}"),
        (Format.Code39, letters(12)),
        (Format.Code93, letters(10)),
        (Format.EAN13, f"47{digits(10)}"),
        (Format.UPCA, digits(11)),
        (Format.ITF, digits(14)),
        (Format.Codabar, f"A{digits(10)}B"),
        (Format.DataMatrix, f"{serial},{part}"),
        (Format.QRCode, f"https://example.org/{letters(8)}?sn={serial}"),
    )
    likely = np.array([8, 6, 4, 4, 3, 1, 3, 2, 1, 1, 2, 2], dtype=float)
    count = int(random.integers(1, 5))
    return tuple(ways[number] for number in random.choice(len(ways), count, replace=False, p=likely / likely.sum()))


def harm_of(random: np.random.Generator, harm: str) -> Harm:
    """How a picture of this much harm may look."""
    at = {"little": 0.15, "moderate": 0.45, "heavy": 1.0, "altered": 0.3}[harm]
    often = random.random(8) < (0.25 + at / 2)
    steep = harm != "little" and random.random() < 0.5
    return Harm(
        module=float(random.uniform(4.0 - 2.6 * at, 5.5 - 2.5 * at)),
        turn=float(random.uniform(-180, 180) if steep else random.normal(0, 4)),
        lean=float(random.uniform(0, 0.12 * at)) if often[0] else 0.0,
        blur=float(random.uniform(0, 0.9 * at)) if often[1] else 0.0,
        moved=int(random.integers(0, 1 + round(8 * at))) if often[2] else 0,
        noise=float(random.uniform(2, 45 * at)),
        contrast=float(random.uniform(1 - 0.75 * at, 1)) if often[3] else 1.0,
        quality=int(random.integers(round(92 - 75 * at), 96)),
        covered=float(random.uniform(0, 0.5 * at)) if often[4] else 0.0,
        glare=float(random.uniform(0, at)) if often[5] else 0.0,
        edges=int(random.integers(1, 4)) if harm == "altered" or (harm == "heavy" and often[6]) else 0,
        filled=int(random.integers(0, 3)) if harm == "altered" else 0,
        inverse=bool(random.random() < 0.06),
    )


def label(codes: tuple[tuple[Format, str], ...], harm: Harm, random: np.random.Generator) -> Drawn:
    """A sticker with these codes and some print, on a board, as `harm` says."""
    drawn = [(_code(kind, text, harm, random), zxingcpp.create_barcode(text, kind).text) for kind, text in codes]
    wide = max(code.width for code, _text in drawn) + 40
    high = sum(code.height + 30 for code, _text in drawn) + 50
    paper = Image.new("L", (wide, high), 238)
    pen = ImageDraw.Draw(paper)
    pen.text((20, 8), "MODEL  CE  FCC  MADE TO BE READ", fill=40)
    below = 30
    for code, text in drawn:
        paper.paste(code, (20, below))
        pen.text((24, below + code.height + 2), f"S/N {text}", fill=30)
        below += code.height + 30
    if harm.inverse:
        paper = ImageOps.invert(paper)
    board = _on_board(paper, harm, random)
    return Drawn(_taken(board, harm, random), frozenset(text for _code, text in drawn), harm)


def _code(kind: Format, text: str, harm: Harm, random: np.random.Generator) -> Image.Image:
    """One code with its quiet zones, its bars changed and covered as `harm` says, in its size of the picture."""
    bits = np.array(zxingcpp.create_barcode(text, kind).to_image(scale=1))
    if kind in MATRIX:
        fine = np.kron(bits, np.ones((FINE, FINE), dtype=np.uint8))
        high = fine.shape[0]
    else:
        fine = np.repeat(_altered(np.repeat(bits[0], FINE), harm, random)[None, :], 8, axis=0)
        high = round(FINE * random.uniform(12, 45))
    scale = harm.module / FINE
    code = Image.fromarray(fine).resize((fine.shape[1], high), Image.Resampling.NEAREST)
    if harm.covered:
        _cover(code, harm.covered, random)
    code = code.resize((max(8, round(fine.shape[1] * scale)), max(8, round(high * scale))), Image.Resampling.BOX)
    return code.point(lambda value: 25 + value * 213 // 255)


def _altered(row: Pixels, harm: Harm, random: np.random.Generator) -> Pixels:
    """A row of bars with edges moved by up to a module and a bit, and with spaces filled or bars scratched off."""
    row = row.copy()
    edges = np.flatnonzero(np.diff(row.astype(int))) + 1
    for edge in random.choice(edges, min(harm.edges, len(edges)), replace=False):
        by = round(FINE * random.uniform(0.4, 1.3)) if random.random() < 0.5 else FINE
        if random.random() < 0.5:
            row[edge : edge + by] = row[edge - 1]
        else:
            row[max(0, edge - by) : edge] = row[min(edge, len(row) - 1)]
    for _one in range(harm.filled):
        edges = np.flatnonzero(np.diff(row.astype(int))) + 1
        number = int(random.integers(0, len(edges) - 1))
        row[edges[number] : edges[number + 1]] = row[edges[number] - 1]
    return row


def _cover(code: Image.Image, share: float, random: np.random.Generator) -> None:
    """A finger, a strip of tape, a smear."""
    wide, high = round(code.width * random.uniform(0.02, 0.3)), round(code.height * share * 2)
    left, top = int(random.integers(0, code.width)), int(random.integers(-high // 2, code.height))
    ImageDraw.Draw(code).ellipse((left, top, left + wide, top + high), fill=int(random.integers(0, 256)))


def _on_board(paper: Image.Image, harm: Harm, random: np.random.Generator) -> Image.Image:
    """Turned, seen askew, on a ground that is not even."""
    side = round(float(np.hypot(paper.width, paper.height)) * 1.08) + 20
    ground = Image.fromarray(random.integers(40, 110, (12, 12), dtype=np.uint8)).resize((side, side))
    left, top = (side - paper.width) // 2, (side - paper.height) // 2
    ground.paste(paper, (left, top))
    fill = int(random.integers(50, 100))
    turned = ground.rotate(harm.turn, resample=Image.Resampling.BICUBIC, fillcolor=fill)
    if harm.lean:
        corners = np.array([(0, 0), (side, 0), (side, side), (0, side)], dtype=float)
        seen = corners + random.uniform(0, harm.lean * side, (4, 2)) * np.sign(side / 2 - corners)
        turned = turned.transform(
            (side, side),
            Image.Transform.PERSPECTIVE,
            _perspective(seen, corners),
            Image.Resampling.BICUBIC,
            fillcolor=fill,
        )
    return turned


def _perspective(seen: NDArray[np.float64], corners: NDArray[np.float64]) -> list[float]:
    """The eight numbers that take `seen` to `corners`."""
    rows, wanted = [], []
    for (x, y), (u, v) in zip(seen, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        wanted += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(wanted))]


def _taken(board: Image.Image, harm: Harm, random: np.random.Generator) -> Image.Image:
    """What lens, sensor and JPEG make of it."""
    import io

    if harm.blur:
        board = board.filter(ImageFilter.GaussianBlur(harm.blur * harm.module))
    light: NDArray[np.floating] = np.asarray(board, dtype=np.float32)
    if harm.moved > 1:
        axis = int(random.integers(0, 2))
        light = np.mean([np.roll(light, by, axis) for by in range(harm.moved)], axis=0)
    light = 128 + (light - 128) * harm.contrast
    if harm.glare:
        across, down = np.meshgrid(*(np.linspace(0, 1, size) for size in (board.width, board.height)))
        middle = random.uniform(0, 1, 2)
        light = light + 260 * harm.glare * np.exp(-((across - middle[0]) ** 2 + (down - middle[1]) ** 2) / 0.02)
    light = light + random.normal(0, harm.noise, light.shape)
    out = io.BytesIO()
    Image.fromarray(light.clip(0, 255).astype(np.uint8)).convert("RGB").save(out, "JPEG", quality=harm.quality)
    return Image.open(io.BytesIO(out.getvalue()))
