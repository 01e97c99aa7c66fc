"""Why a node has no evidence to send, by a word that programs know and a sentence that people read."""

from gpu_inspector.errors import GpuInspectorError
from gpu_inspector.records.node import Lack


class NodeFault(GpuInspectorError):
    """A node that can say itself why nothing counts."""

    def __init__(self, lack: Lack, message: str, advice: str = "") -> None:
        super().__init__(message, advice)
        self.lack = lack
