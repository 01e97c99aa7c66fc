"""Which checks run, and in which order: this list, read by the program, the report and the tests alike."""

from gpu_inspector.checks import bench, board, declaration, die, duplicates, firmware, identity, link, memory, rework
from gpu_inspector.checks.runner import Check

ALL_CHECKS: tuple[Check, ...] = (
    bench.origin,
    bench.preload,
    bench.driver,
    bench.patches,
    bench.machine,
    bench.clock,
    declaration.product,
    declaration.memory,
    declaration.catalogue_product,
    identity.counterfeit_id,
    identity.device,
    identity.name,
    identity.sources,
    duplicates.duplicate,
    memory.total,
    rework.known_rework,
    memory.bus_width,
    memory.measured,
    die.architecture,
    die.compute_capability,
    die.cores,
    die.measured,
    firmware.vbios_prefix,
    firmware.inforom,
    firmware.part_number,
    board.subsystem,
    board.bar1,
    board.power,
    link.maximum,
    board.signs,
)
