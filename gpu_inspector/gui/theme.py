"""The window's own colours, light and dark, following the system; every pair that carries text keeps 4.5:1.

There is no green among them on purpose: nothing that this window can show today is a clearance, and a colour that
people read as one would say more than was seen. Shapes and words carry the meaning, colours only repeat it.
"""

from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SYSTEM = "system"
"""The choice to be dressed as the system is."""
MIDDLE = 128
"""Lightness, 0 to 255, that divides dark palettes from light ones."""


class Colours(NamedTuple):
    """Colours as "#rrggbb"."""

    window: str
    base: str
    alternate: str
    button: str
    border: str
    text: str
    muted: str
    faint: str
    """Texts of controls that cannot be used now."""
    highlight: str
    highlighted: str
    calm: str
    open: str
    deviation: str
    contradiction: str


LIGHT = Colours(
    window="#f2f4f6",
    base="#ffffff",
    alternate="#f7f9fb",
    button="#e6eaee",
    border="#bcc4cc",
    text="#1a1e23",
    muted="#515a64",
    faint="#5f6872",
    highlight="#1d5a9e",
    highlighted="#ffffff",
    calm="#1d5a9e",
    open="#584a8c",
    deviation="#864900",
    contradiction="#a3121a",
)
DARK = Colours(
    window="#2c3036",
    base="#1b1e22",
    alternate="#22262b",
    button="#3d434b",
    border="#5a626c",
    text="#eceef0",
    muted="#b9c0c8",
    faint="#b0b7bf",
    highlight="#2c67ab",
    highlighted="#ffffff",
    calm="#93c1f7",
    open="#cabff5",
    deviation="#f4b964",
    contradiction="#ff9e98",
)

TONES = ("text", "muted", "calm", "open", "deviation", "contradiction")
"""Colours that texts and signs are set in; each stands on each of GROUNDS."""
GROUNDS = ("window", "base", "alternate")
PAIRS = (
    *((tone, ground) for tone in TONES for ground in GROUNDS),
    ("text", "button"),
    ("faint", "window"),
    ("faint", "base"),
    ("faint", "button"),
    ("highlighted", "highlight"),
)
"""(text, ground) as they meet in the window."""


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2 between two colours, 1 to 21 (its definition of relative luminance)."""
    lighter, darker = sorted((_luminance(QColor(one)), _luminance(QColor(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def of(palette: QPalette) -> Colours:
    """The colours that go with a widget's palette: its own window colour says whether it is dark."""
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < MIDDLE else LIGHT


def palette(colours: Colours) -> QPalette:
    """Qt's palette from ours."""
    role = QPalette.ColorRole
    made = QPalette(QColor(colours.button), QColor(colours.window))
    for name, roles in {
        "window": (role.Window,),
        "base": (role.Base, role.ToolTipBase),
        "alternate": (role.AlternateBase,),
        "button": (role.Button,),
        "text": (role.WindowText, role.Text, role.ButtonText, role.ToolTipText, role.BrightText),
        "muted": (role.PlaceholderText,),
        "highlight": (role.Highlight, role.Accent),
        "highlighted": (role.HighlightedText,),
        "calm": (role.Link, role.LinkVisited),
    }.items():
        for one in roles:
            made.setColor(one, QColor(getattr(colours, name)))
    for one in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, one, QColor(colours.faint))
    return made


def wear(application: QApplication, colours: Colours) -> None:
    """Dress the whole program."""
    if application.style().name() != "fusion":  # one that is set anew dresses every widget again
        application.setStyle("Fusion")
    application.setPalette(palette(colours))


class _Dresser(QObject):
    """Dresses the program as was chosen, or as the system is dressed, and again when that changes."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = SYSTEM
        self._bare = of(application.palette())
        application.styleHints().colorSchemeChanged.connect(self._dress)

    def choose(self, choice: str) -> None:
        if choice == SYSTEM:
            if self._choice != SYSTEM:
                self._application.setPalette(QPalette())  # ours taken off: what the system itself would show
            self._bare = of(self._application.palette())
        self._choice = choice
        self._dress(self._application.styleHints().colorScheme())

    @Slot(Qt.ColorScheme)
    def _dress(self, scheme: Qt.ColorScheme) -> None:
        # Where the platform does not say (bare X), the palette that it came with does.
        known = {Qt.ColorScheme.Dark: DARK, Qt.ColorScheme.Light: LIGHT}
        chosen = {"light": LIGHT, "dark": DARK}
        wear(self._application, chosen.get(self._choice) or known.get(scheme, self._bare))


def follow(application: QApplication, choice: str = SYSTEM) -> None:
    """Dress "light" or "dark" from now on, or ("system") as the system is dressed now and whenever that changes."""
    dresser = application.findChild(_Dresser)
    (dresser if isinstance(dresser, _Dresser) else _Dresser(application)).choose(choice)


def names() -> tuple[str, ...]:
    """The names of all colours."""
    return Colours._fields
