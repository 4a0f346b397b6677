"""The page of one rule in Markdown, for `ngff rules ID --format markdown` and the documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ngff_core.report.formats.markdown import code

__all__ = ["page"]

WIDTH = 80


def page(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the page of an id: what it says, how much it weighs, examples, how to mend what breaks it, other tools.

    The rows are all that answer for the id, as `explained` returns them: a rule, faults of structure, or both.
    """
    first = rows[0].get("entry", rows[0])
    blocks = [f"# `{first['id']}`", first["summary"], *_said(rows[0]), *_examples(first, "##")]
    blocks += [*_mending(first, rows[0]["fixes"]), *_weight(first)]
    if rows[0]["peers"]:
        blocks += ["## Other tools", rows[0]["peers"]]
    for row in rows[1:]:
        shown = row.get("entry", row)
        blocks += [f"## Found as `{row['id']}`", shown["summary"], *_said(row), *_examples(shown, "###")]
    return "\n\n".join([*blocks, *_about(first)]) + "\n"


def _said(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield why a rule is there, or where a fault of structure concerns an entry of the catalogue."""
    if "entry" in row:
        entry = row["entry"]
        yield f"Reported as `{row['id']}` ({entry['severity']}), with this id as the `entry` of the finding."
        if entry["keys"]:
            yield "In: " + ", ".join(map(code, entry["keys"])) + "."
    elif row["documentation"]:
        yield str(row["documentation"])


def _examples(row: Mapping[str, Any], heading: str) -> Iterator[str]:
    for title, examples in (("Wrong", row["wrong"]), ("Right", row["right"])):
        if examples:
            yield f"{heading} {title}"
        if any(isinstance(example["data"], dict) and "" in example["data"] for example in examples):
            yield 'A store: the path of each group (`""` is the root) with its OME metadata, and of each array.'
        for example in examples:
            yield from _example(example)


def _weight(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield how much the rule weighs in which version, and where the specification says so."""
    yield "## How much it weighs"
    if not row["requirements"]:
        yield f"{row['requirement']}, reported as {row['severity']}: a finding of core, whatever the version."
    else:
        lines = ["| version | level | reported as | specification |", "| --- | --- | --- | --- |"]
        for version, level in row["requirements"].items():
            address = row["specification"].get(version)
            section = f"[{address.rpartition('#')[2]}]({address})" if address else ""
            lines.append(f"| {version} | {level} | {row['severities'][version]} | {section} |")
        yield "\n".join(lines)
    if row["lenient"]:
        yield f"With `--profile lenient` it is reported as {row['lenient']}."
    if row["preview"]:
        yield "A preview: it runs only when asked for."


def _example(example: Mapping[str, Any]) -> Iterator[str]:
    if example["title"]:
        yield f"{example['title']}:"
    data = example["data"]
    text = data if isinstance(data, str) else written(data)
    yield f"```json\n{text}\n```"
    if example["message"]:
        expected = f", expected {code(example['expected'])}" if example["expected"] else ""
        yield f"{example['severity']}: {code(example['message'])}{expected}"


def _mending(row: Mapping[str, Any], fixes: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if row["mend"] or fixes:
        yield "## How to mend it"
    if row["mend"]:
        yield _sentence(row["mend"])
    for fix in fixes:
        asked = f"--decide {fix['decision']}=..." if fix["decision"] else f"--unsafe {row['id']}"
        yield f"`ngff fix{'' if fix['safe'] else f' {asked}'}`: {fix['summary']}"


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _about(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield who brings the rule, and by which other names it is known."""
    yield "## About this rule"
    lines = [f"- brought by {row['plugin']}, since version {row['since']}"]
    if row["aliases"]:
        lines.append("- earlier ids: " + ", ".join(map(code, row["aliases"])))
    if row["covers"]:
        lines.append("- also answers for: " + ", ".join(map(code, row["covers"])))
    lines += [
        f"- option {code(name)}, unless stated {code(json.dumps(value))}" for name, value in row["options"].items()
    ]
    lines.append(f"- `--ignore {row['id']}` leaves it out; `ngff rules {row['id']}` explains it offline")
    yield "\n".join(lines)


def written(value: Any, indent: int = 0) -> str:
    """Write JSON for people: what fits on a line stands on one."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) + indent <= WIDTH or not isinstance(value, (dict, list)):
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key, ensure_ascii=False)}: {written(item, indent + 2)}" for key, item in value.items()]
    else:
        parts = [written(item, indent + 2) for item in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return opening + "\n" + ",\n".join(inner + part for part in parts) + "\n" + " " * indent + closing
