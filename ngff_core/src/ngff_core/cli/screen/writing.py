"""Writing to the terminal and to files: whatever the encoding can show, and a plain error where there is no room."""

from __future__ import annotations

import errno
from typing import TextIO

import click

from ngff_core.errors import OutputError
from ngff_core.masking import hidden
from ngff_core.plugins.printing import standard_output

__all__ = ["NO_ROOM", "echo", "fitted", "shows", "write", "write_report"]

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}


def echo(text: str) -> None:
    """Print a text and a line break, whatever the encoding of the terminal can show."""
    write(f"{text}\n")


def write(text: str) -> None:
    """Print a text at once, without secrets; raises OutputError where there is no room for it."""
    write_report(hidden(text))


def write_report(text: str) -> None:
    """Print a piece of a report as it is: its secrets were taken out before it was rendered; raises OutputError."""
    stream = standard_output()
    if stream is None:
        return
    try:
        # whether there are colours was settled before
        click.echo(fitted(text, _encoding(stream)), stream, nl=False, color=True)
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise  # whoever read has gone: click knows what to do
        raise OutputError(error) from None


def shows(characters: str) -> bool:
    """Tell whether what is printed can hold these characters as they are."""
    stream = standard_output()
    return stream is not None and fitted(characters, _encoding(stream)) == characters


def _encoding(stream: TextIO) -> str:
    return getattr(stream, "encoding", None) or "utf-8"


def fitted(text: str, encoding: str) -> str:
    """Return a text with what an encoding cannot hold escaped as in JSON, which stays JSON."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return "".join(character if _fits(character, encoding) else _escaped(character) for character in text)
    return text


def _fits(character: str, encoding: str) -> bool:
    return bool(character.encode(encoding, "ignore"))


def _escaped(character: str) -> str:
    import json

    return json.dumps(character)[1:-1]
