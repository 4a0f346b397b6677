"""Words for messages: values as short text, numbers with nouns, names and paths that were perhaps meant."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from itertools import islice

from ngff_core.masking import hidden

__all__ = [
    "COMPARED",
    "LONGEST",
    "abbreviate",
    "bounded",
    "counted",
    "is_spelling",
    "listed",
    "meant",
    "meant_path",
    "misspelled",
    "noun",
    "positions",
    "printable",
    "short",
    "suggestion",
    "suggestion_of_path",
    "with_article",
]

_UNSAFE = (  # compiled when there is anything odd
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
    r"|(?<=#)#(?=(?:vso)?\[)"  # Azure Pipelines takes ##vso[...] and ##[...] for commands, wherever they stand
)
COMPARED = 1000  # unknown names of a document that are held against those that may be meant: nobody writes more by hand
LONGEST = 1000  # characters of a message, and of each of the words beside it
_PLURALS = {
    "axis": "axes",
    "entry": "entries",
    "info": "info",
    "series": "series",
    "label-image": "label images",
    "labels-group": "labels groups",
    "has": "have",
    "is": "are",
    "states": "state",
    "was": "were",
}


def printable(text: str) -> str:
    """Return a text as one line that is safe to print, whatever a store or a server has put into it.

    Escaped is what a terminal or a CI server might take for a command, what hides other text, and line breaks: what
    follows one would stand for a line of this program.
    """
    if text.isascii() and text.isprintable() and "::" not in text and "##" not in text:
        return text
    text = re.sub(_UNSAFE, lambda match: _escape(match[0]), text)
    begin = len(text) - len(text.lstrip())
    if text.startswith("::", begin):  # GitHub Actions looks behind the blanks before it
        text = f"{text[:begin]}{_escape(':')}{text[begin + 1 :]}"
    return text


def _escape(character: str) -> str:
    escaped = character.encode("unicode_escape", "backslashreplace").decode()
    return escaped if escaped != character else f"\\x{ord(character):02x}"


def abbreviate(value: object, limit: int = 60) -> str:
    """Write a JSON value as short text that is safe to print: no control characters, a bounded length.

    Secrets are taken out before anything is cut off: half of one would not be known any more.
    """
    match value:
        case dict():
            keys = ", ".join(hidden(str(key))[:limit] for key in islice(value, limit))
            text = f"object with keys {keys}" if value else "empty object"
        case list() | tuple():
            text = _array(value, limit)
        case str():
            text = _string(hidden(value)[: limit * 2])
        case None | bool():
            text = {None: "null", True: "true", False: "false"}[value]
        case _:
            text = hidden(repr(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def short(text: str, limit: int = 100) -> str:
    """Return a text, or how it begins: for what many messages name, so that together they stay short."""
    text = text if len(text) <= limit else hidden(text)  # before it is cut, as in `abbreviate`
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def bounded(text: str | None) -> str | None:
    """Return what a finding says, or how it begins: names in documents may be of any length."""
    return None if text is None else short(text, LONGEST)


def listed(names: Collection[object], most: int = 20, between: str = ", ") -> str:
    """Return names with commas between them: the first, and how many more there are."""
    text = between.join(short(str(name)) for name in islice(names, most))
    return text if len(names) <= most else f"{text} and {len(names) - most} more"


def _array(value: list[object] | tuple[object, ...], limit: int) -> str:
    if all(isinstance(item, (str, int, float)) or item is None for item in value[:20]):
        return "[" + ", ".join(abbreviate(item, limit) for item in value[:20]) + ("]" if len(value) <= 20 else "…")
    return f"array of {len(value)}"


def _string(value: str) -> str:
    import json

    return json.dumps(value, ensure_ascii=False)


def noun(number: int, word: str) -> str:
    """Return a noun, or the verb that follows one, in the form that goes with a number of things."""
    return word if number == 1 else _PLURALS.get(word, f"{word}s")


def counted(number: int, word: str) -> str:
    """Return a number with its noun: ``1 row``, ``2 rows``, ``2 axes``; of several words the last one is the noun."""
    before, _, last = word.rpartition(" ")
    return " ".join(filter(None, (str(number), before, noun(number, last))))


def positions(length: int) -> str:
    """Return which indexes there are in an array of so many entries."""
    return f"0 to {length - 1}" if length > 1 else "0" if length == 1 else "no index: there is nothing to count"


def with_article(word: str) -> str:
    """Return a word behind its article, by the sound of its first letter."""
    return f"{'an' if word[:1].lower() in tuple('aeio') else 'a'} {word}"


def meant(name: str, known: Iterable[str]) -> str | None:
    """Return the one of some names that was perhaps meant by an unknown one."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return near[0] if near else None


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Return the end of a message on an unknown name: the one that was perhaps meant."""
    near = meant(name, known)
    return f"; did you mean {near!r}?" if near is not None else f"; {otherwise}"


def meant_path(path: str) -> str | None:
    """Return a path that is there and differs from one that is not in the name of one folder or file; perhaps none."""
    if os.path.lexists(path):
        return None
    rest: list[str] = []
    folder, name = os.path.split(path.rstrip("/" + os.sep))
    while folder and not os.path.isdir(folder):
        rest.insert(0, name)
        folder, name = os.path.split(folder)
    try:
        near = meant(name, sorted(os.listdir(folder or os.curdir))) if name else None
    except OSError:
        return None
    if near is None:
        return None
    whole = os.path.join(folder, near, *rest)
    return whole if os.path.lexists(whole) else None


def suggestion_of_path(path: str | None) -> str:
    """Return the end of a message on a path that is not there: the one that was perhaps meant, if any."""
    near = meant_path(path) if path is not None else None
    return f"; did you mean {near!r}?" if near is not None else ""


def misspelled(name: str, known: Iterable[str]) -> str | None:
    """Return the one of some keys that an unknown key is probably a slip for: one or two letters, case, or a plural."""
    for other in known:
        if other == name:
            continue
        near = 2 if min(len(name), len(other)) >= 10 else 1
        if is_spelling(name, other) or (min(len(name), len(other)) >= 5 and _apart(name, other, near) <= near):
            return other
    return None


def is_spelling(name: str, other: str) -> bool:
    """Tell whether two different keys are one word but for case, the marks between words, and the plural."""
    return name != other and _plain(name) == _plain(other)


@lru_cache(maxsize=1024)
def _plain(name: str) -> str:
    plain = name.lower().replace("_", "").replace("-", "").replace(" ", "")
    return "axe" if plain == "axis" else plain.rstrip("s")


def _apart(a: str, b: str, most: int) -> int:
    """Count the letters to change, add, take out or swap between two words, as far as ``most``."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        last, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return row[-1]
