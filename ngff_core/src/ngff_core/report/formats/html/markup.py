"""Any text as HTML: on one line, without what hides or turns other text, and never markup."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from ngff_core.issues.requirement import Severity
from ngff_core.report.report import Report
from ngff_core.words import counted, printable, short

__all__ = ["badges", "code", "counts_in_words", "numbered", "numbers_of", "text", "verdict"]

LONGEST = 4096
Numbers = tuple[int, int, int]
"""How many errors, warnings and infos there are."""

_WORDS = tuple(severity.value for severity in Severity)


@lru_cache(maxsize=1024)  # what rules say, and the names of rows and levels, come again and again
def text(raw: str, limit: int = LONGEST) -> str:
    """Return a text for an element or an attribute in quotation marks."""
    return escape(short(printable(raw), limit))


def code(raw: str, limit: int = LONGEST) -> str:
    """Return a name, a path or a value, which is kept apart from the words around it whatever its direction."""
    return f"<code>{text(raw, limit)}</code>"


def verdict(words: str) -> str:
    """Return a verdict, which is no text of others."""
    return f'<strong class="verdict {words.replace(" ", "-")}">{words}</strong>'


def numbered(number: int) -> str:
    """Return a number in groups of three digits."""
    return f"{number:,}"


def numbers_of(report: Report) -> Numbers:
    """Return how many findings of each severity a report lists."""
    errors, warnings, infos = (report.count(severity) for severity in Severity) if report.issues else (0, 0, 0)
    return errors, warnings, infos


def counts_in_words(numbers: Numbers) -> str:
    """Return how many findings there are of each severity that there are any of."""
    return ", ".join(counted(n, word) for n, word in zip(numbers, _WORDS, strict=True) if n) or "nothing found"


def badges(numbers: Numbers) -> str:
    """Return how many findings there are of each severity, as small marks."""
    shown = zip(numbers, _WORDS, strict=True)
    return "".join(f'<span class="badge {word}">{counted(number, word)}</span>' for number, word in shown if number)
