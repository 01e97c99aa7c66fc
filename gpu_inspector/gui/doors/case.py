"""What the case page asks for: names to offer, drafts that survive a crash, photographs and the codes on them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from gpu_inspector.records.catalogue import load
from gpu_inspector.records.declaration import Photograph
from gpu_inspector.records.firmware import VbiosReading
from gpu_inspector.records.policy import Bounds
from gpu_inspector.workflow import drafts, firmware, photographs, templates
from gpu_inspector.workflow.drafts import Draft, Found
from gpu_inspector.workflow.photographs import Taken
from gpu_inspector.workflow.templates import Shelf, Template


@dataclass(frozen=True, slots=True)
class CaseDoors:
    """All raise GpuInspectorError with a sentence. They are called in a worker's thread."""

    product_names: Callable[[], tuple[str, ...]]
    load_draft: Callable[[], Found]
    save_draft: Callable[[Draft], None]
    drop_draft: Callable[[], None]
    take_file: Callable[[Path, bool], Taken]
    """A picture's file, and whether it keeps the place where it was taken."""
    take_bytes: Callable[[bytes, str, bool], Taken]
    """A picture's bytes, and what to call it."""
    thumbnail: Callable[[Photograph], bytes]
    """The small upright picture (PNG) of one that was taken in before."""
    read_image: Callable[[Path], VbiosReading]
    """The vBIOS image that a file holds; raises where it holds none."""
    labels_in: Callable[[Path], tuple[str, ...]]
    """Under which labels a file tells of cards."""
    templates: Callable[[], Shelf]
    save_template: Callable[[Template], Shelf]
    delete_template: Callable[[str], Shelf]
    bounds: Callable[[], Bounds] = Bounds
    """What the office's policy makes mandatory; raises where the kept one cannot be used."""


def real() -> CaseDoors:
    """The program's own."""
    return CaseDoors(
        product_names=_product_names,
        load_draft=drafts.load,
        save_draft=drafts.save,
        drop_draft=drafts.drop,
        take_file=lambda path, keep: photographs.take_file(path, keep_location=keep),
        take_bytes=lambda data, name, keep: photographs.take(data, name, keep_location=keep),
        thumbnail=photographs.thumbnail_of,
        read_image=firmware.read_image,
        labels_in=_labels_in,
        templates=templates.load_all,
        save_template=templates.save,
        delete_template=templates.delete,
        bounds=bounds,
    )


def bounds() -> Bounds:
    """What the office's policy demands. Raises PolicyError."""
    from gpu_inspector.workflow import policy_keeping  # it brings the ledger along, which no start of the window needs

    return policy_keeping.bounds()


def _product_names() -> tuple[str, ...]:
    return tuple(sorted({row.name for row in load().products}, key=str.casefold))


def _labels_in(path: Path) -> tuple[str, ...]:
    from gpu_inspector.workflow import collecting

    return tuple(dict.fromkeys(card.label for card in collecting.collect_file(path, None, load()).cards))
