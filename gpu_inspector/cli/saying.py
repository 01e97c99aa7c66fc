"""Errors as they stand on a terminal: in the language that is shown, and harmless there."""

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.language import sentences, told, visible


def error(found: GpuInspectorError) -> str:
    """What is wrong and what to do; what a file said in it cannot write on the terminal."""
    return visible(sentences(told(found.message), told(found.advice)))
