"""The colours of everything that is printed for people, and links to pages of rules, in one place."""

from __future__ import annotations

import attrs

from ngff_core.issues.requirement import Severity
from ngff_core.references import Reference

__all__ = ["OUTCOMES", "Palette", "style_of", "web_color"]

_page_of = Reference("ngff_core.issues.pages:page_of")  # asked on terminals that show links
_CODES = {
    "bad": "31",
    "good": "32",
    "odd": "33",
    "note": "36",
    "unread": "35",
    "title": "1",
    "faint": "2",
}
# seen on white and on black; the style sheet of the HTML report has lighter and darker ones of the same hues
_WEB = {"bad": "#d64a40", "good": "#23804a", "odd": "#b26a00", "note": "#0e7c92", "unread": "#8064bd"}
_SEVERITIES = {Severity.ERROR: "bad", Severity.WARNING: "odd", Severity.INFO: "note"}
_GOOD = ("valid", "done", "finished", "taken back", "planned", "unchanged")
_BAD = ("invalid", "refused", "failed", "error", "cannot be done")
_VERDICTS = {**dict.fromkeys(_GOOD, "good"), **dict.fromkeys(_BAD, "bad"), "info": "note", "unreadable": "unread"}
_ODD = ("not strictly valid", "warning", "would be lost", "lost")
OUTCOMES = (*_VERDICTS, *_ODD)
"""What a line may begin with that is coloured as a verdict."""


def style_of(verdict: str) -> str:
    """Return the style of what a store was found to be, or what became of a command."""
    return _VERDICTS.get(verdict, "odd")


def web_color(verdict: str) -> str:
    """Return the colour on pages of a verdict, or of a severity by its name."""
    return _WEB[style_of(verdict)]


@attrs.frozen(eq=False, repr=False, slots=False)
class Palette:
    """Colours texts, or leaves them as they are where ``on`` is False; what is coloured is safe to print already.

    ``links``: the names of rules lead to their pages, where there are such; by OSC 8, which only some terminals know.
    """

    on: bool = False
    links: bool = False

    def paint(self, text: str, style: str) -> str:
        """Return a text in a style: ``bad``, ``good``, ``odd``, ``note``, ``unread``, ``title`` or ``faint``."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and text else text

    def rule(self, rule: str, entry: str | None = None, *, style: str | None = None) -> str:
        """Return the id of a rule, in a style, and as a link to the page of it, or of an entry it stands for."""
        text = rule if style is None else self.paint(rule, style)
        address = _page_of(rule, entry) if self.links else None
        return text if address is None else f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def severity(self, severity: Severity, text: str | None = None) -> str:
        """Return the name of a severity, or a text, in its colour."""
        return self.paint(severity.value if text is None else text, _SEVERITIES[severity])

    def verdict(self, text: str, shown: str | None = None) -> str:
        """Return what a store was found to be, or what became of a command, or a text that stands for it, in colour."""
        return self.paint(text if shown is None else shown, style_of(text))

    def halves(self, upper: str | None, lower: str | None) -> str:
        """Return one character of two halves in the colours of verdicts; ``None`` is nothing."""
        if upper is None or lower is None:
            return " " if upper is lower else self.verdict(upper or lower or "", "▄" if upper is None else "▀")
        codes = f"{_CODES[style_of(upper)]};{int(_CODES[style_of(lower)]) + 10}"  # the background has its own ten
        return f"\x1b[{codes}m▀\x1b[0m" if self.on else "█"
