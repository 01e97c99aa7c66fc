"""Where the letters of Chinese and Japanese lie: the fonts of one package, for the pages and for a window without any.

Noto Sans SC and JP, with TrueType outlines, as a PDF's embedded subset needs them (the SIL Open Font License 1.1).
Each is one file of all weights; the same character is drawn as its own country writes it.
"""

from importlib.util import find_spec
from pathlib import Path

CHINESE, JAPANESE = "zh-Hans", "ja"
_PACKAGE = "justmytype_intl_cjk"
_FILES = {
    CHINESE: ("fonts", "ofl", "notosanssc", "NotoSansSC[wght].ttf"),
    JAPANESE: ("fonts", "ofl", "notosansjp", "NotoSansJP[wght].ttf"),
}


def font(language: str) -> Path | None:
    """The file with the letters of Chinese (`zh-Hans`) or Japanese (`ja`); None where the package is not installed."""
    found = find_spec(_PACKAGE)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(next(iter(found.submodule_search_locations))).joinpath(*_FILES[language])
    return path if path.is_file() else None
