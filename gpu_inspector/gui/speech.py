"""The language that the window speaks: chosen once at its start, with Qt's own words and the letters that it needs."""

from contextlib import suppress

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from gpu_inspector import log, platforms, preferences
from gpu_inspector.errors import DataError
from gpu_inspector.language import ENGLISH, NAMES, catalogues, current, letters, speak

_SCRIPTS = {
    letters.CHINESE: QFontDatabase.WritingSystem.SimplifiedChinese,
    letters.JAPANESE: QFontDatabase.WritingSystem.Japanese,
}


def begin(application: QApplication) -> str:
    """Speak the chosen language, else the system's, from now on; "" or what was wrong with its texts."""
    trouble = ""
    wanted, _printed = preferences.languages()
    try:
        speak(catalogues.chosen(wanted, platforms.system_languages()))
    except DataError as error:  # a window in English is better than none
        log.error("language", error)
        trouble = str(error)
    dress(application)
    return trouble


def dress(application: QApplication) -> None:
    """Give Qt the words of its own dialogs in the language that is spoken, and letters that it can be read in."""
    language = current()
    QLocale.setDefault(QLocale(language if language in NAMES else ENGLISH))
    if language in NAMES and language != ENGLISH:
        words = QTranslator(application)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if words.load(QLocale(language), "qtbase", "_", folder):
            application.installTranslator(words)
    _lend_letters(application, language)


def _lend_letters(application: QApplication, language: str) -> None:
    """Where the system has no font for the script, the one that reports are printed with serves the window, too.

    Whatever the language, a list of languages names Chinese and Japanese in their own letters.
    """
    missing = [script for script, system in _SCRIPTS.items() if not QFontDatabase.families(system)]
    families: dict[str, str] = {}
    for script in missing:
        path = letters.font(script)
        names = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))) if path else []
        with suppress(IndexError):
            families[script] = names[0]
    if not families:
        return
    font = QFont(application.font())
    own = [families[language]] if language in families else []
    others = [family for script, family in families.items() if script != language]
    font.setFamilies([QFontInfo(application.font()).family(), *own, *others])
    # One file of all weights begins with the thinnest.
    font.setVariableAxis(QFont.Tag("wght"), QFont.Weight.Normal.value)
    application.setFont(font)
