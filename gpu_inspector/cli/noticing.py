"""What the registry said too late for an inspection: told once, beside whatever command comes next, and kept."""

from __future__ import annotations

import os

import click

from gpu_inspector import settings
from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import told, visible


def tell() -> None:
    """The notices that nobody was told yet, on stderr; nothing where there are none."""
    try:
        if not os.path.lexists(settings.data_folder() / "registry" / "notices"):
            return  # most people have no registry, and load nothing of it
    except GpuInspectorError:
        return
    _say(again=False)


def tell_all() -> None:
    """All notices that are kept, told or not."""
    _say(again=True)


def _say(*, again: bool) -> None:
    from gpu_inspector.workflow import registry_notices

    found = registry_notices.notices(told=again)
    for one in found:
        for sentence in registry_notices.sentences(one.notice):
            click.echo(visible(told(sentence)), err=True)
    registry_notices.mark_told(found)
