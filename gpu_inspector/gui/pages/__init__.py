"""The pages of the window, from left to right: a new page is a file here and a line in PAGES."""

from typing import Final

from gpu_inspector.gui.pages.inspect import InspectPage
from gpu_inspector.gui.pages.result import ResultPage

PAGES: Final = (InspectPage, ResultPage)
