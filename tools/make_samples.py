"""Writes the shipped sample, `resources/samples/`: an `nvidia-smi -q -x` text of a product's row. No real card."""

import sys
from pathlib import Path

from gpu_inspector.probes import sample
from gpu_inspector.records.catalogue import load

TARGET = Path(__file__).resolve().parent.parent / "resources" / "samples"
SAMPLES = {"geforce-rtx-4090.xml": "2684"}


def text_of(device_id: str) -> str:
    """The dump of the first product of a device id."""
    catalogue = load()
    product = catalogue.by_device(device_id)[0]
    prefix = next(one.prefix for one in catalogue.vbios_prefixes.values() if one.die == product.die)
    return sample.write(product, catalogue.dies[product.die], vbios_prefix=prefix)


def main() -> int:
    """Always 0; a missing product is a defect and raises."""
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, device_id in SAMPLES.items():
        (TARGET / name).write_text(text_of(device_id), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
