"""What an attacker put into issues, rules, versions and stores, and into what these raise and print."""

from __future__ import annotations

import io
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest
from bad_plugins import fails
from fakes import Item, box_store, make_plugin, make_spec
from test_attack5_plugins import Lister, boxes, pack

from ngff_core.checking.example import Example
from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.errors import NgffError, PluginError, ResultError, Terminated, failure_of
from ngff_core.explain import rule_table
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST
from ngff_core.masking import hidden
from ngff_core.masking.stream import MaskedStream
from ngff_core.plugins import Registry
from ngff_core.plugins.printing import tell_in_one_line
from ngff_core.report.formats import github, text
from ngff_core.stores.memory import MemoryStore
from ngff_core.validation.calls import check_store

STORE = MemoryStore(box_store({"": {"version": "9.1", "items": [{"name": "a", "size": 3}]}, "a": {"items": []}}))


class Text(str):
    """A text that says other things than it is, and cannot be sent to another process."""

    def __str__(self) -> str:
        raise RuntimeError

    def __len__(self) -> int:
        raise RuntimeError

    def __ne__(self, other: object) -> bool:
        return False

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class Count(int):
    def __reduce_ex__(self, protocol: Any) -> Any:
        raise RuntimeError


TEXTS = ("message", "node", "pointer", "found", "expected", "hint", "section", "entry", "document", "kind")


def yields(**changes: Any) -> Any:
    def check(item: Item, ctx: Context) -> Iterator[Issue]:
        yield attrs.evolve(ctx.issue("found"), **changes)

    return pack(check, Item)


@pytest.mark.parametrize("name", TEXTS)
def test_attack5_19_28_texts_of_issues_are_nothing_but_texts(name: str) -> None:
    report = check_store(STORE, registry=boxes(yields(**{name: Text("abc")})))
    (issue,) = [issue for issue in report.issues if issue.rule == "lab/bad"]
    assert all(type(getattr(issue, member)) in (str, type(None)) for member in TEXTS)
    assert getattr(pickle.loads(pickle.dumps(issue)), name).endswith("abc")


def test_attack5_19_a_rule_cannot_name_another_by_a_text_that_equals_all() -> None:
    report = check_store(STORE, registry=boxes(yields(rule=Text("no-big-items"))))
    assert "it yielded an issue of the rule 'no-big-items'" in report.issues[0].message


@pytest.mark.parametrize("count", ["5", None, -1, -(10**6), 10**400, 2**70, float("nan"), lambda: 1])
def test_attack5_20_counts_of_issues_are_counts(count: Any) -> None:
    report = check_store(STORE, registry=boxes(yields(unlisted=count)))
    assert report.exit_code() == 3
    assert "it yielded an issue whose unlisted is" in report.issues[0].message
    sound = check_store(STORE, registry=boxes(yields(unlisted=Count(3))))
    assert type(sound.issues[0].unlisted) is int


# --- versions and rules -----------------------------------------------------------------------------------

KIND = make_spec().kinds[0]
SPECS: dict[str, dict[str, Any]] = {
    "places": {"version_places": (("multiscales", 0), 5, (None,))},
    "places-number": {"version_places": 5},
    "kinds": {"kinds": 5},
    "kinds-of-text": {"kinds": ("box",)},
    "model": {"kinds": (attrs.evolve(KIND, model="no.such:Thing"),)},
    "children": {"kinds": (attrs.evolve(KIND, children=5),)},
    "keys": {"kinds": (attrs.evolve(KIND, keys=()),)},
    "format": {"zarr_format": "2"},
    "format-9": {"zarr_format": 9},
    "namespace": {"namespace": 5},
    "sections": {"sections": None},
    "drafts": {"drafts": None},
    "document": {"document": 5},
    "address": {"address": "\x1b[2J"},
    "accepts": {"accepts": None},
}


@pytest.mark.parametrize("changes", SPECS.values(), ids=SPECS)
def test_attack5_23_a_version_that_cannot_be_asked_fails_alone(changes: dict[str, Any]) -> None:
    registry = boxes(make_plugin(ngff_specs=lambda: [attrs.evolve(make_spec("9.7"), **changes)]))
    assert list(registry.specs) == ["9.1"]
    (info,) = registry.failures
    assert "ngff_specs: it returned version 9.7" in str(info.error)
    assert [issue.rule for issue in check_store(STORE, registry=registry).issues] == ["plugin-failed"]


class Odd:
    """Something that answers to nothing."""

    def __bool__(self) -> bool:
        raise RuntimeError


def with_rule(**changes: Any) -> Rule:
    @rule("lab/odd", on=Item, requirement=MUST)
    def odd(item: Item, ctx: Context) -> Iterator[Issue]:
        """Finds nothing."""
        yield from ()

    for name, value in changes.items():
        object.__setattr__(odd, name, value)
    return odd


@pytest.mark.parametrize(
    "changes",
    [
        {"valid": None},
        {"invalid": ("x",)},
        {"options": {"a": object()}},
        {"options": {5: 5}},
        {"options": {"a": Text("x")}},
        {"preview": Odd()},
        {"since": None},
        {"unless": 5},
        {"id": Text("lab/odd")},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_attack5_27_31_rules_that_cannot_be_listed_are_refused(changes: dict[str, Any]) -> None:
    registry = boxes(make_plugin(ngff_rules=lambda version: [with_rule(**changes)]))
    assert "lab/odd" not in {row["id"] for row in rule_table(registry, ["9.1"])}
    (info,) = registry.failures
    assert "ngff_rules: it returned a rule" in str(info.error)


def test_attack5_30_what_rules_say_is_no_command() -> None:
    odd = with_rule(valid=(Example({"name": "a"}),))
    odd.check.__doc__ = "Doc\x1b[2J.\n\nMore \x1b[2J\n::error::x"
    table = rule_table(boxes(make_plugin(ngff_rules=lambda version: [odd])), ["9.1"])
    (row,) = [row for row in table if row["id"] == odd.id]
    assert row["summary"] == "Doc\\x1b[2J."
    assert "\x1b" not in row["documentation"]
    assert "\n::" not in row["documentation"]


@pytest.mark.parametrize("format_", [text, github])
def test_attack5_30_what_issues_say_is_no_command(format_: Any) -> None:
    report = check_store(STORE, registry=boxes(yields(section="\x1b[2J\n::error::x", entry="axes\x1b[2J")))
    reporters = Registry(found=[]).reporters()
    written = "".join(reporters[format_.__name__.rpartition(".")[2]]([report], {}))
    assert "\x1b[2J" not in written
    assert "\n::error::x" not in written


# --- what is raised and printed -----------------------------------------------------------------------------


class Nameless(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError("no name")


class NamelessError(Exception, metaclass=Nameless):
    pass


class LazyError(Exception):
    @property
    def __class__(self) -> Any:
        raise RuntimeError("working outside of a context")


class LyingError(Exception):
    @property
    def __class__(self) -> Any:
        return ResultError


@pytest.mark.parametrize("make", [lambda: NamelessError("x"), lambda: LazyError("x"), lambda: LyingError("x")])
def test_attack5_27_nothing_is_asked_of_an_exception(make: Callable[[], Exception]) -> None:
    def check(item: Item, ctx: Context) -> Any:
        raise make()

    report = check_store(STORE, registry=boxes(pack(check, Item)))
    assert report.exit_code() == 3
    assert f"of lab-0 failed: {type.__dict__['__name__'].__get__(type(make()))}: x" in report.issues[0].message


def test_attack5_33_where_ctrl_c_is_left_to_others_it_is_the_plugin_that_raises_it() -> None:
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # what a shell starts in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            failure_of(KeyboardInterrupt())
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # as in workers
        assert failure_of(KeyboardInterrupt("x")) == "KeyboardInterrupt: x"
        with pytest.raises(Terminated):
            failure_of(Terminated())
    finally:
        signal.signal(signal.SIGINT, before)


def test_attack5_29_what_nobody_waits_for_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.unraisablehook", None)
    monkeypatch.setattr(threading, "excepthook", None)
    monkeypatch.delenv("NGFF_TRACEBACK", raising=False)
    said = io.StringIO()
    monkeypatch.setattr("sys.stderr", said)
    tell_in_one_line()

    class Kept:
        def __del__(self) -> None:
            raise RuntimeError("oops\x1b[2J\n")

    Kept()
    thread = threading.Thread(target=fails(NamelessError("x")))
    thread.start()
    thread.join()
    assert said.getvalue().splitlines() == [
        "Warning: something failed that nobody waits for: RuntimeError: oops\\x1b[2J\\n",
        "Warning: something failed that nobody waits for: NamelessError: x",
    ]


def test_attack5_30_32_standard_error_takes_no_commands_and_stays_open() -> None:
    said = io.StringIO()
    stream = MaskedStream(said)
    stream.write("a\x1b[2J\x9b\x07\tb\r\x1b[K\x1b[1;31mred\x1b[0m\n")
    stream.close()
    stream.write("more")
    assert said.getvalue() == "a\\x1b[2J\\x9b\\x07\tb\r\x1b[K\x1b[1;31mred\x1b[0m\nmore"
    with pytest.raises(AttributeError):
        stream.detach()


# --- stores ---------------------------------------------------------------------------------------------------


def opened(**members: Any) -> Registry:
    def open_store(url: str) -> Any:
        store = Lister(box_store({"": {"version": "9.1", "items": []}}), list)
        for name, value in members.items():
            setattr(type("Odd", (Lister,), {}) if isinstance(value, property) else store, name, value)
        return store if url.startswith("lab:") else None

    return boxes(make_plugin(ngff_open_store=open_store))


MEMBERS: dict[str, Any] = {"url": 5, "batch": 0, "concurrent": "2", "lists_cheaply": None}


@pytest.mark.parametrize("name", MEMBERS)
def test_attack5_27_members_of_stores_are_looked_at(name: str) -> None:
    with pytest.raises(PluginError, match=f"lab-0 could not open lab://x: it returned a store whose {name} is"):
        check_store("lab://x", registry=opened(**{name: MEMBERS[name]}))


def test_attack5_27_an_address_of_a_store_with_secrets() -> None:
    report = check_store("lab://x", registry=opened(url="http://u:topsecretpw@h/?sig=topsecretpw"))
    assert "topsecretpw" not in hidden(report.url)


@pytest.mark.parametrize("archive", [property(fails(ZeroDivisionError("oops"))), 5], ids=["raises", "number"])
def test_attack5_27_an_archive_that_is_none(archive: Any) -> None:
    store: Any = type("Odd", (Lister,), {"archive": archive})(box_store({"": {"version": "9.1", "items": []}}), list)
    with pytest.raises(NgffError, match="Odd failed: "):
        check_store(store, registry=boxes())


@pytest.mark.parametrize("remark", [["a"], 5], ids=["list", "number"])
def test_attack5_27_a_remark_that_is_none(remark: Any) -> None:
    store: Any = Lister(box_store({"": {"version": "9.1", "items": []}}), list)
    store.remark = remark
    assert check_store(store, registry=boxes()).exit_code() == 0


FORKS = """
import os
from types import SimpleNamespace
from ngff_core.stores.forking import can_be_forked
from ngff_core.validation.many import jobs
from ngff_core.validation.many.processes import process_pool

jobs.perform = lambda job, opened: os.fork()
job = SimpleNamespace(address=SimpleNamespace(remote=False))
if can_be_forked():
    with process_pool(2, {}) as pool:
        done = [pool.submit(jobs.perform_all, [job]) for _ in range(8)]
        assert all(copy for future in done for copy in future.result()[1])
"""


def test_attack5_26_a_copy_that_a_plugin_forks_of_a_worker_takes_no_work() -> None:
    subprocess.run([sys.executable, "-c", FORKS], check=True, timeout=60)
