"""Dumps that our own generator writes, for tests: a product's genuine card, with fields forged on demand."""

from gpu_inspector.probes import incoming, sample
from gpu_inspector.records.catalogue import load
from gpu_inspector.records.product import Product


def dump_of(row: Product, form: str = "xml", *, as_file: bool = True, **overrides: str) -> bytes:
    """The dump; `as_file` takes the sample's mark off, as a forger or a publisher would. `__` stands for `/`."""
    catalogue = load()
    prefix = next((one.prefix for one in catalogue.vbios_prefixes.values() if one.die == row.die), None)
    forged = {name.replace("__", "/"): value for name, value in overrides.items()}
    text = sample.write(row, catalogue.dies[row.die], form=form, vbios_prefix=prefix, overrides=forged)
    return (text.replace(incoming.SAMPLE_MARK, "a dump") if as_file else text).encode()
