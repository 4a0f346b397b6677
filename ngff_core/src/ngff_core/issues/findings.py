"""The findings that come from reading, structuring and crawling rather than from a rule function."""

from __future__ import annotations

from typing import Any

from ngff_core.issues.finding import Finding
from ngff_core.issues.findings_on_arrays import FINDINGS_ON_ARRAYS
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MAY, MUST, SHOULD, Severity

__all__ = ["FINDINGS", "Finding", "finding"]


_ALL = (
    Finding(
        "structure-missing",
        MUST,
        "A required key is missing.",
        "Reported at the object that lacks the key. `entry` names the entry of the rule catalogue."
        "\n\nTo mend: add the key; `ngff rules ENTRY` shows where and how.",
    ),
    Finding(
        "structure-type",
        MUST,
        "A value has another JSON type than the specification gives it.",
        'Types are taken exactly: `true` is no number and `"1"` no integer, but `1.0` counts as an integer, as'
        " in JSON Schema. `entry` names the entry of the rule catalogue."
        "\n\nPeers: several tools convert such values silently; other readers then fail on them."
        "\n\nTo mend: write the value with the type that is expected; `ngff rules ENTRY` shows an example.",
    ),
    Finding(
        "structure-value",
        MUST,
        "A value is none of those that are allowed here.",
        "To mend: write one of the values that the message lists.",
    ),
    Finding(
        "document-not-json",
        MUST,
        "A metadata document is not JSON.",
        "The message gives line and column. An empty file counts, too. The .zattrs of arrays (Zarr v2) are looked at"
        " where the store can list what is in it."
        "\n\nTo mend: write the file with a JSON library, and whole: an interrupted program leaves half of one.",
        wrong='{"zarr_format": 3, "node_type": "group",}',
        right='{"zarr_format": 3, "node_type": "group"}',
    ),
    Finding(
        "document-not-object",
        MUST,
        "A metadata document holds something other than a JSON object.",
        "To mend: put the metadata into an object, under the keys of the specification.",
        wrong='[{"axes": [], "datasets": []}]',
        right='{"multiscales": [{"axes": [], "datasets": []}]}',
    ),
    Finding(
        "document-encoding",
        MUST,
        "A metadata document is not plain UTF-8 without a byte order mark.",
        "The document is decoded as what it seems to be, and judged on."
        "\n\nTo mend: write the file as UTF-8 without a byte order mark.",
    ),
    Finding(
        "document-keys-unique",
        SHOULD,
        "No key stands more than once in an object of a metadata document.",
        "Readers differ in which of the values they take: this program judges the last. RFC 8259, section 4, says that"
        " names should be unique."
        "\n\nTo mend: leave the one that is meant; libraries for JSON write each key once.",
        wrong='{"zarr_format": 3, "node_type": "group", "node_type": "array"}',
        right='{"zarr_format": 3, "node_type": "group"}',
    ),
    Finding(
        "document-nan",
        MUST,
        "A metadata document holds bare NaN or Infinity, which are not JSON.",
        'Many readers refuse such a file. Zarr writes these fill values as strings: `"NaN"`. The rest of the'
        " document is judged on."
        "\n\nTo mend: write null, leave the key out, or write the string in a fill value.",
        wrong='{"fill_value": NaN}',
        right='{"fill_value": "NaN"}',
    ),
    Finding(
        "zarr-json-no-comments",
        MUST,
        "Stored metadata is plain JSON without comments.",
        "Comments are left out, and the rest of the document is judged on.\n\nTo mend: take the comments out.",
        wrong='{"zarr_format": 3 /* a comment */}',
        right='{"zarr_format": 3}',
    ),
    Finding(
        "document-unreadable",
        MUST,
        "A metadata document could not be read, so nothing is said about it.",
        "A missing permission, a directory in place of a file, a failing disk or server, or a document nested"
        " deeper than any reader can follow. This is not a judgement on the data."
        "\n\nTo mend: see the message for what kept it from being read, and run again.",
        judged=False,
    ),
    Finding(
        "absence-assumed",
        MAY,
        "A document that need not be there is taken for absent, although the server did not say so.",
        "Some servers answer 403 or 400, or a web page, for what is not there. Where other documents of the store"
        " could be read and this one is optional, that is taken as absence. A required document is"
        " `document-unreadable` instead."
        "\n\nTo mend: let the server answer 404 for what is not there.",
        judged=False,
    ),
    Finding(
        "store-not-found",
        MUST,
        "There is nothing at the path or address that was given, or no store.",
        "To mend: look whether the path is right, and seen from the working directory.",
        judged=False,
    ),
    Finding(
        "store-not-opened",
        MUST,
        "A path or address among several could not be opened, or judging it failed; the others were judged.",
        "With a single path this ends the command with a message and exit code 2 instead."
        "\n\nTo mend: the message says what is missing, such as a plugin for this kind of address.",
        judged=False,
    ),
    Finding(
        "store-without-metadata",
        MUST,
        "There is no OME-Zarr metadata at the path that was given.",
        "When there is some further below, the message says where."
        "\n\nTo mend: give the path of the hierarchy itself, or --recursive.",
        judged=False,
    ),
    Finding(
        "path-outside-store",
        MUST,
        "A path leads out of the store and was not followed.",
        "Absolute paths, drive letters, too many `..` and symbolic links that leave the store. Nothing outside"
        " the store is ever opened."
        "\n\nTo mend: move the data into the store, and name it by a path relative to the group.",
    ),
    Finding(
        "archive-names-plain",
        MUST,
        "The names of the entries of a zip archive are relative paths with forward slashes.",
        "No backslashes, no empty or `.` parts, no more than 4,096 bytes, and UTF-8 where the entry says so. Other"
        " entries are never opened, and programs"
        " do not agree on what they are called."
        "\n\nTo mend: zip the contents of the folder again, with names such as `0/zarr.json`.",
    ),
    Finding(
        "archive-names-unique",
        MUST,
        "No two entries of a zip archive have the same name.",
        "Some readers take the first, some the last. Looked for among the first million entries."
        "\n\nTo mend: make the archive anew instead of adding to it.",
    ),
    Finding(
        "archive-not-encrypted",
        MUST,
        "The entries of a zip archive are not encrypted.",
        "To mend: make the archive anew, without a password.",
    ),
    Finding(
        "archive-consistent",
        MUST,
        "The end of a zip archive states as many entries as its central directory has.",
        "To mend: make the archive anew; this one was cut, joined or written by a broken program.",
    ),
    Finding(
        "report-incomplete",
        MUST,
        "Reports of shards were joined, but not of all, so something was not judged.",
        "Only `ngff merge` says so."
        "\n\nTo mend: run `ngff validate --shard` for the shards that the message names, and join their reports, too.",
        judged=False,
    ),
    Finding(
        "version-not-installed",
        MUST,
        "The document follows a version of the specification whose plugin is not installed.",
        "To mend: install its plugin, such as ngff-v06 for 0.6, or judge as another version with --version.",
        judged=False,
    ),
    Finding(
        "version-not-supported",
        MUST,
        "The document follows a draft of a version, of another form than the release.",
        "Such as 0.6.dev3: its transformations are written otherwise, so nothing is judged."
        "\n\nTo mend: write the metadata in the form of the release, or judge as the release with --version.",
        judged=False,
    ),
    Finding(
        "version-undetermined",
        MUST,
        "The document states no version and resembles none that is installed.",
        "To mend: state the version in the metadata, or judge as one with --version.",
        judged=False,
    ),
    Finding(
        "rule-crashed",
        MUST,
        "A rule failed with an exception: a defect of the rule's plugin, not of the data.",
        "To mend: report it to the makers of the plugin; --no-plugin leaves the plugin out until then.",
        judged=False,
    ),
    Finding(
        "plugin-failed",
        MAY,
        "An installed plugin could not be loaded, so its rules did not run.",
        "To mend: `ngff plugins` says why; install the plugin anew, or leave it out with --no-plugin.",
    ),
    Finding(
        "zarr-consolidated-current",
        SHOULD,
        "Consolidated metadata agrees with the documents that it copies.",
        "A reader that trusts the copy sees something else than one that reads the documents. Looked at in the root:"
        " `.zmetadata` (Zarr v2) and the inline copy in zarr.json (v3); also copies of documents that are not there."
        "\n\nPeers: yaozarrs 0.3.4, ome-zarr-models 1.8.1 and ome-zarr-io 0.10.2 do not check it."
        "\n\nTo mend: consolidate again (`zarr.consolidate_metadata`), or take the copy out.",
    ),
    Finding(
        "zarr-consolidated-readable",
        SHOULD,
        "Consolidated metadata can be read.",
        "Many readers open a store by its consolidated metadata alone, and fail where it is damaged: `.zmetadata` (Zarr"
        " v2) has to be a JSON object with `zarr_consolidated_format` 1 and `metadata`; `consolidated_metadata` in a"
        " `zarr.json` (v3) an object with `kind`, `must_understand` and `metadata`, or it has to be left out."
        "\n\nPeers: yaozarrs 0.3.4, ome-zarr-models 1.8.1 and ome-zarr-io 0.10.2 do not check it."
        "\n\nTo mend: consolidate again (`zarr.consolidate_metadata`), or take the copy out.",
        wrong='{"zarr_format": 3, "node_type": "group", "consolidated_metadata": null}',
        right='{"zarr_format": 3, "node_type": "group"}',
    ),
    Finding(
        "upgrade-interrupted",
        SHOULD,
        "No upgrade or other change of the store is under way, or was interrupted.",
        "`ngff upgrade` in place leaves a journal at the root of the store until it has written everything, and so do"
        " `ngff fix`, `set`, `rebuild` and documents that are saved. While it is there, documents of two versions may"
        " stand in the store, and it changes under those who read it. Looked at where the store can be listed. Also"
        " said where journals came or went while the store was read, and errors were found: they may be of no version,"
        " and go when it is checked once more."
        "\n\nPeers: the journal is of this program."
        "\n\nTo mend: wait for the command that is writing; if there is none, finish it by the same command, or"
        " take it back with that command and `--rollback`.",
    ),
    Finding(
        "write-interrupted",
        SHOULD,
        "Nothing in a hierarchy is being written, or left over from that.",
        "`ngff write` and `ngff_write` make images, fields, labels and new levels in a folder `NAME.<random>.ngff-part`"
        " that gets its name when all of it is written. What is replaced is called `NAME.<random>.old.ngff-part` until"
        " it is taken away. Neither is read as part of the hierarchy, nor copied. Looked at where the store can be"
        " listed, and in the name of a store itself."
        "\n\nPeers: these folders are of this program."
        "\n\nTo mend: wait for who is writing; if nobody is, what was streamed goes on (`stream_image` with"
        " `resume=True`), and its folder has to stay for that. Else delete the folder, and run the command or the call"
        " once more.",
    ),
    Finding(
        "node-reached-twice",
        SHOULD,
        "Two paths of the metadata lead to the same group; it is judged once.",
        "To mend: name every group once.",
    ),
)

FINDINGS = {entry.id: entry for entry in (*_ALL, *FINDINGS_ON_ARRAYS)}


def finding(rule: str, message: str, *, severity: Severity | None = None, **details: Any) -> Issue:
    """Make the issue for one of core's own findings."""
    entry = FINDINGS[rule]
    return Issue(
        rule=rule,
        requirement=entry.requirement,
        severity=severity or entry.requirement.severity,
        message=message,
        judged=entry.judged,
        **details,
    )
