"""Metadata documents as text: strict JSON, and what can be made of what is none."""

from __future__ import annotations

import json
import re
from typing import Any

from ngff_core.issues.findings import finding
from ngff_core.issues.issue import Issue
from ngff_core.json_text import DEPTH_LIMIT, JSONDecodeError, dumps, loads, loads_with_constants
from ngff_core.words import listed, short

__all__ = [
    "decoded",
    "json_object",
    "may_be_deeper",
    "not_object",
    "parse_json",
    "parse_object",
    "repeated_keys",
    "without_comments",
]


MAX_DEPTH = 1024
_ONE_KIND = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes({*range(256)} - {*b'[]{}"'})
_PEELED = 32  # levels

_POINTERS = (  # what stands in place of a file whose content is elsewhere
    (b"/annex/objects/", "git-annex", "try git annex get, or datalad get"),
    (b"version https://git-lfs.github.com/spec/", "Git LFS", "try git lfs pull"),
)


def parse_json(data: str | bytes, document: str = "") -> tuple[Any, list[Issue]]:
    """Parse a JSON document strictly; on refusal say why, mend what is safe to mend, and go on.

    Returns the value (``None`` when nothing can be made of it) and the problems.
    """
    # text may hold halves of surrogate pairs, which are no UTF-8 and reported as such
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else bytes(data)
    try:
        return loads(data), []
    except JSONDecodeError as error:
        return _parse_leniently(data, document, error)


def json_object(data: Any) -> dict[str, Any] | None:
    """Return the JSON object that the bytes of a document hold; ``None`` where there is none, for any reason."""
    value = parse_json(data)[0] if isinstance(data, bytes) else None
    return value if isinstance(value, dict) else None


def may_be_deeper(data: bytes, levels: int) -> bool:
    """Tell whether arrays and objects may stand in each other more than so many levels deep; quick for large documents.

    What is not nested deep is told without reading it, by its brackets.
    """
    if b"\\" in data:
        data = re.sub(rb"\\.", b"", data, flags=re.DOTALL)
    brackets = re.sub(rb'"[^"]*"', b"", data.translate(_ONE_KIND, _NO_BRACKETS).replace(b'""', b""))
    for _ in range(min(levels, _PEELED)):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def repeated_keys(data: str | bytes, value: Any, document: str = "") -> list[Issue]:
    """Return the finding on keys that stand more than once in an object of a document, whose value is known.

    Each has two quotation marks: where there are no more of them than the value has, there is nothing to look for.
    """
    data = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    try:
        written = dumps(value)
        if written == data or (data.count(b'"') == written.count(b'"') and rb"\u0022" not in data):
            return []
    except TypeError:  # of a value that could be read and not be written
        pass
    names: dict[str, None] = {}

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                names[name] = None
            seen.add(name)

    try:
        json.loads(data, object_pairs_hook=look)
    except (ValueError, RecursionError):  # which others report
        return []
    if not names:
        return []
    shown = listed([repr(short(name)) for name in names], 3)
    message = f"{shown} {'stand' if len(names) > 1 else 'stands'} more than once in one object"
    hint = "leave one of them: readers differ in which they take"
    return [finding("document-keys-unique", message, document=document, hint=hint)]


def _parse_leniently(data: bytes, document: str, error: JSONDecodeError) -> tuple[Any, list[Issue]]:
    where = f"line {error.lineno} column {error.colno}"
    if (nothing := _no_content(data, document)) is not None:
        return None, [nothing]
    if DEPTH_LIMIT in error.msg:
        message = f"the document is nested deeper than {MAX_DEPTH} levels ({where})"
        return None, [finding("document-unreadable", message, document=document)]
    text, problems = decoded(data, document)
    if text is None:
        return None, problems
    without, comments = without_comments(text)
    if comments:
        message = f"the document has {comments} comment{'s' if comments > 1 else ''}, the first at {where}"
        problems.append(finding("zarr-json-no-comments", message, document=document, hint="take the comments out"))
    try:
        value, constants = loads_with_constants(without)
    except (ValueError, RecursionError):
        message = f"the document is not JSON: {error.msg}, {where}"
        return None, [finding("document-not-json", message, document=document)]
    if constants:
        names = ", ".join(sorted(set(constants)))
        before = without[: _first_constant(without)]
        place = f"line {before.count(chr(10)) + 1} column {len(before) - before.rfind(chr(10))}"
        problems.append(
            finding(
                "document-nan",
                f"the document holds bare {names}, which is not JSON ({place})",
                document=document,
                hint='write fill values as the string "NaN" or "Infinity"; give other values a number',
            )
        )
    if not problems:
        return None, [
            finding("document-not-json", f"the document is not JSON: {error.msg}, {where}", document=document)
        ]
    return value, problems


def _no_content(data: bytes, document: str) -> Issue | None:
    """Return the issue for a file that holds nothing, or a pointer to what it should hold."""
    if not data.strip():
        return finding("document-not-json", "the document is empty", document=document)
    for beginning, tool, hint in _POINTERS:
        if data.startswith(beginning):
            message = f"the document is a pointer of {tool}; its content was not fetched"
            return finding("document-unreadable", message, document=document, hint=hint)
    return None


def decoded(data: bytes, document: str = "") -> tuple[str | None, list[Issue]]:
    """Return the text of a document as what it seems to be, without a byte order mark, and what is wrong with it."""
    for mark, codec, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "begins with a byte order mark (BOM)"),
        (b"\xff\xfe", "utf-16", "is UTF-16"),
        (b"\xfe\xff", "utf-16", "is UTF-16"),
    ):
        if data.startswith(mark):
            try:
                text = data.decode(codec)
            except UnicodeDecodeError:
                break
            hint = "save it as UTF-8 without a byte order mark"
            message = f"the document {name}, JSON is UTF-8 without one"
            return text, [finding("document-encoding", message, document=document, hint=hint)]
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError as error:
        message = f"the document is not UTF-8 (byte {error.start})"
        return None, [finding("document-encoding", message, document=document, hint="save it as UTF-8")]


# Strings and comments, whole or up to the end of the text. Nothing in them is matched in two ways (`*+` gives nothing
# back), so that each character is looked at once, whatever a document holds.
_TOKEN = r'"[^"\\]*+(?:\\(?s:.)[^"\\]*+)*+"?|//[^\n]*+|/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?'
_CONSTANT = r"-?(?:NaN|Infinity)(?!\w)"


def without_comments(text: str) -> tuple[str, int]:
    """Take the comments out that have an end; return how many there were."""
    count = 0

    def keep_others(match: re.Match[str]) -> str:
        nonlocal count
        token = match[0]
        if token.startswith('"') or (token.startswith("/*") and not (len(token) > 3 and token.endswith("*/"))):
            return token
        count += 1
        return ""

    return re.sub(_TOKEN, keep_others, text), count


def _first_constant(text: str) -> int:
    """Return where the first NaN or Infinity stands that is in no string."""
    found = re.finditer(f"{_TOKEN}|(?P<constant>{_CONSTANT})", text)
    return next((match.start() for match in found if match["constant"]), 0)


def parse_object(data: bytes, name: str) -> tuple[dict[str, Any], list[Issue]]:
    """Parse a document that has to hold an object; return an empty one where it holds none, and the problems."""
    value, problems = parse_json(data, name)
    if isinstance(value, dict):
        return value, problems
    if not problems:
        problems = [not_object(name, "", value)]
    return {}, problems


def not_object(name: str, pointer: str, value: Any) -> Issue:
    """Make the issue for a value where an object was expected."""
    kinds = {list: "array", str: "string", bool: "boolean", int: "number", float: "number"}
    found = kinds.get(type(value), "null")
    return finding(
        "document-not-object",
        f"found {found}, expected object",
        document=name,
        pointer=pointer,
        found=found,
        expected="object",
    )
