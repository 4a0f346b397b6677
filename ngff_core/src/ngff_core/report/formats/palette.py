"""The colours of everything that is printed for people, in one place."""

from __future__ import annotations

import attrs

from ngff_core.issues.requirement import Severity

__all__ = ["OUTCOMES", "Palette"]

_CODES = {
    "bad": "31",
    "good": "32",
    "odd": "33",
    "note": "36",
    "title": "1",
    "faint": "2",
}
_SEVERITIES = {Severity.ERROR: "bad", Severity.WARNING: "odd", Severity.INFO: "note"}
_GOOD = ("valid", "done", "finished", "taken back", "planned", "unchanged")
_BAD = ("invalid", "refused", "failed", "error", "cannot be done")
_VERDICTS = {**dict.fromkeys(_GOOD, "good"), **dict.fromkeys(_BAD, "bad"), "info": "note"}
_ODD = ("unreadable", "not strictly valid", "warning", "would be lost", "lost")
OUTCOMES = (*_VERDICTS, *_ODD)
"""What a line may begin with that is coloured as a verdict."""


def style_of(verdict: str) -> str:
    """Return the style of what a store was found to be, or what became of a command."""
    return _VERDICTS.get(verdict, "odd")


@attrs.frozen(eq=False, repr=False)
class Palette:
    """Colours texts, or leaves them as they are where ``on`` is False; what is coloured is safe to print already."""

    on: bool = False

    def paint(self, text: str, style: str) -> str:
        """Return a text in a style: ``bad``, ``good``, ``odd``, ``note``, ``title`` or ``faint``."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.on and text else text

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
