"""Plugins that misbehave, each in one way; whatever they do, everything else goes on and the exit code is right."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import attrs
import click
from fakes import Box, Item, make_plugin, make_spec, no_big_items

from ngff_core.checking.rule import Context, Rule, rule
from ngff_core.hierarchy import GroupNode
from ngff_core.issues.issue import Issue
from ngff_core.issues.requirement import MUST, Severity
from ngff_core.spec import Spec

__all__ = ["BAD_FORMATS", "BAD_HOOKS", "BAD_RULES", "BAD_STORES", "Bad", "fails"]


@attrs.frozen
class Bad:
    """A plugin, what is said of it, and the exit code for a store that is valid (one that is not has 1)."""

    name: str
    load: Callable[[], Any]
    says: str
    code: int = 3


class Untold(Exception):
    """An exception that cannot be told."""

    def __str__(self) -> str:
        raise ValueError("no text")


class Own(BaseException):
    """No Exception at all."""


def leaves(*_: Any, **__: Any) -> Any:
    """End the program as if all were well."""
    sys.exit(0)


def fails(error: BaseException) -> Callable[..., Any]:
    """Return a function that raises."""

    def fail(*_: Any, **__: Any) -> Any:
        raise error

    return fail


# --- rules ------------------------------------------------------------------------------------------

BAD_RULES: list[Bad] = []


def bad_rule(says: str, *, on: type = Item, code: int = 3) -> Callable[[Callable[[Any, Context], Any]], Any]:
    """Make a plugin of the function of a rule."""

    def add(check: Callable[[Any, Context], Any]) -> Any:
        check.__doc__ = "Misbehaves."
        name = check.__name__.replace("_", "-")
        made = rule(f"bad/{name}", on=on, requirement=MUST)(check)
        BAD_RULES.append(Bad(name, lambda: make_plugin(ngff_rules=lambda version: [made]), says, code))
        return check

    return add


def an_issue(ctx: Context, **changes: Any) -> Issue:
    issue: Issue = attrs.evolve(ctx.issue("found"), **changes)
    return issue


CHANGED = "it changed what it was given"


@bad_rule("it yielded NoneType, expected issues")
def yields_none(item: Item, ctx: Context) -> Any:
    yield None


@bad_rule("it yielded str, expected issues")
def yields_text(item: Item, ctx: Context) -> Any:
    yield "wrong"


@bad_rule("it yielded str, expected issues")
def returns_text(item: Item, ctx: Context) -> Any:
    return "wrong"


@bad_rule("it yielded tuple, expected issues")
def yields_tuple(item: Item, ctx: Context) -> Any:
    yield ("wrong", "error")


@bad_rule("'int' object is not iterable")
def returns_number(item: Item, ctx: Context) -> Any:
    return 5


@bad_rule("'Issue' object is not iterable")
def returns_issue(item: Item, ctx: Context) -> Any:
    return ctx.issue("found")


@bad_rule("whose message is int, expected string")
def message_number(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, message=5)


@bad_rule("whose message is NoneType, expected string")
def message_none(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, message=None)


@bad_rule("whose pointer is tuple, expected string")
def pointer_tuple(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, pointer=("items", 0))


@bad_rule("whose severity is str, expected a severity")
def severity_text(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, severity="fatal")


@bad_rule("whose hint is list, expected string")
def hint_list(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, hint=["do", "this"])


@bad_rule("whose judged is NoneType, expected a boolean")
def judged_none(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, judged=None)


@bad_rule("it yielded an issue of the rule 'no-big-items'")
def of_another_rule(item: Item, ctx: Context) -> Any:
    yield an_issue(ctx, rule="no-big-items", severity=Severity.INFO)


@bad_rule("RuntimeError: oops")
def raises(item: Item, ctx: Context) -> Any:
    raise RuntimeError("oops")


@bad_rule("Own: ")
def raises_base(item: Item, ctx: Context) -> Any:
    raise Own


@bad_rule("GeneratorExit: ")
def raises_generator_exit(item: Item, ctx: Context) -> Any:
    raise GeneratorExit


@bad_rule("Untold: it does not say why")
def raises_untold(item: Item, ctx: Context) -> Any:
    raise Untold


@bad_rule("SystemExit: 0")
def leaves_the_program(item: Item, ctx: Context) -> Any:
    sys.exit(0)


@bad_rule("SystemExit: 0")
def leaves_half_way(item: Item, ctx: Context) -> Any:
    yield from ()
    leaves()


@bad_rule("", code=0)
def prints(item: Item, ctx: Context) -> Any:
    print('{"status": "valid"}')


@bad_rule(CHANGED)
def takes_attributes_away(item: Item, ctx: Context) -> Any:
    del item.size


@bad_rule(CHANGED, on=Box)
def mends_the_data(box: Box, ctx: Context) -> Any:
    for item in box.items:
        item.size = 1


@bad_rule(CHANGED, on=Box)
def clears_the_data(box: Box, ctx: Context) -> Any:
    box.items.clear()


@bad_rule(CHANGED, on=GroupNode)
def mends_the_group(node: GroupNode, ctx: Context) -> Any:
    node.document.attributes["items"] = []
    node.model.items.clear()  # type: ignore[union-attr]


@bad_rule(CHANGED, on=GroupNode)
def forgets_the_children(node: GroupNode, ctx: Context) -> Any:
    node.children.clear()


@bad_rule(CHANGED, on=GroupNode)
def mends_the_root(node: GroupNode, ctx: Context) -> Any:
    node.root.model.items = []  # type: ignore[union-attr]


@bad_rule("", code=0)
def spoils_the_context(item: Item, ctx: Context) -> Any:
    ctx.rule = None
    ctx.base = ("nowhere",)
    ctx.kind = "lid"
    for name in ("issues", "classes"):
        getattr(ctx, name, set()).clear()


@bad_rule("rule packs found more than 1,000 things")
def never_ends(item: Item, ctx: Context) -> Iterator[Issue]:
    for number in count():
        yield ctx.issue(f"finding {number}", severity=Severity.INFO)


# --- hooks ------------------------------------------------------------------------------------------


@rule("bad/sound", on=Item, requirement=MUST)
def sound(item: Item, ctx: Context) -> Iterator[Issue]:
    """Finds nothing."""
    yield from ()


def other_core() -> Spec:
    return make_spec("9.1", accepts=lambda stated: True)


def with_spec(**changes: Any) -> Callable[[], Any]:
    """Return what loads a plugin with a version that fails when it is asked about documents."""
    return lambda: make_plugin(
        ngff_specs=lambda: [attrs.evolve(make_spec("9.7", resembles=lambda ome: False), **changes)]
    )


def loaded_with_noise() -> Any:
    print('{"status": "valid"}')
    return make_plugin()


def with_hook(hook: str, result: Any) -> Callable[[], Any]:
    """Return what loads a plugin whose hook returns something."""
    return lambda: make_plugin(**{hook: result if callable(result) else lambda: result})


def with_rules(*rules: Any) -> Callable[[], Any]:
    return lambda: make_plugin(ngff_rules=lambda version: rules)


def endless() -> Iterator[Rule]:
    for number in count():
        yield sound.evolve(id=f"bad/{number}")


def bad_commands(spoil: Callable[[Any], Any]) -> Callable[[], Any]:
    return lambda: make_plugin(ngff_register_commands=lambda cli: spoil(cli))


def by_wrapper() -> Any:
    plugin = make_plugin(ngff_specs=lambda: (yield))
    plugin.ngff_specs.ngff_impl["hookwrapper"] = True
    return plugin


HALF_SOUND = {"ngff_rules": lambda version: [sound], "ngff_specs": lambda more: []}

BAD_HOOKS = [
    Bad("import-raises", fails(ImportError("no left")), "ImportError: no left", 0),
    Bad("import-leaves", leaves, "SystemExit: 0", 0),
    Bad("import-raises-base", fails(Own()), "Own: ", 0),
    Bad("import-prints", loaded_with_noise, "", 0),
    Bad("hook-with-other-arguments", lambda: make_plugin(**HALF_SOUND), "PluginValidationError", 0),
    Bad("hook-that-wraps", by_wrapper, "ngff_specs: it returned NoneType among the versions", 0),
    Bad("specs-text", with_hook("ngff_specs", "9.1"), "ngff_specs: it returned str, expected versions", 0),
    Bad("specs-of-text", with_hook("ngff_specs", ["9.1"]), "ngff_specs: it returned str among the versions", 0),
    Bad("specs-leave", with_hook("ngff_specs", leaves), "ngff_specs: SystemExit: 0", 0),
    Bad("specs-endless", with_hook("ngff_specs", lambda: count()), "ngff_specs: it returned more than 10,000", 0),
    Bad("spec-of-another", lambda: make_plugin(ngff_specs=lambda: [other_core()]), "version 9.1 is", 0),
    Bad("spec-accepts", with_spec(accepts=fails(RuntimeError("oops"))), "accepts: RuntimeError: oops", 0),
    Bad("spec-accepts-leaving", with_spec(accepts=leaves), "accepts: SystemExit: 0", 0),
    Bad("spec-resembles", with_spec(resembles=fails(Untold())), "resembles: Untold: it does not say why", 0),
    Bad("spec-resembles-leaving", with_spec(resembles=leaves), "resembles: SystemExit: 0", 0),
    Bad("rules-text", with_rules("abc"), "ngff_rules: it returned str among the rules", 0),
    Bad("rules-number", with_hook("ngff_rules", lambda version: 5), "ngff_rules: it returned int, expected rules", 0),
    Bad("rules-by-name", with_hook("ngff_rules", lambda version: {"bad/x": sound}), "it returned dict", 0),
    Bad("rules-leave", with_hook("ngff_rules", leaves), "ngff_rules: SystemExit: 0", 0),
    Bad("rules-untold", with_hook("ngff_rules", fails(Untold())), "Untold: it does not say why", 0),
    Bad("rules-endless", with_hook("ngff_rules", lambda version: endless()), "it returned more than 10,000 rules", 0),
    Bad("rule-on-text", with_rules(sound.evolve(on="Item")), "a rule whose on is str, expected a class", 0),
    Bad("rule-without-id", with_rules(sound.evolve(id=None)), "a rule whose id is NoneType, expected string", 0),
    Bad("rule-with-spaces", with_rules(sound.evolve(id="bad/ rule")), "a rule with the name 'bad/ rule'", 0),
    Bad("rule-of-core", with_rules(no_big_items), "'no-big-items'", 0),
    Bad("converter-raises", with_hook("ngff_configure_converter", fails(KeyError("x"))), "KeyError: 'x'", 0),
    Bad("converter-leaves", with_hook("ngff_configure_converter", leaves), "SystemExit: 0", 0),
    Bad("reporters-list", with_hook("ngff_reporters", ["json"]), "ngff_reporters: it returned list", 0),
    Bad("reporter-number", with_hook("ngff_reporters", {"x": 5}), "it returned int by the name 'x'", 0),
    Bad("reporter-named-oddly", with_hook("ngff_reporters", {"x=y": leaves}), "a function by the name 'x=y'", 0),
    Bad("reporter-of-core", with_hook("ngff_reporters", {"json": leaves, "text": leaves}), "there is a 'json'", 0),
    Bad("reporters-leave", with_hook("ngff_reporters", leaves), "ngff_reporters: SystemExit: 0", 0),
    Bad("executor-of-core", with_hook("ngff_executors", {"processes": leaves}), "there is a 'processes'", 0),
    Bad("migrations-text", with_hook("ngff_migrations", ["up"]), "ngff_migrations: it returned str among", 0),
    Bad("fixes-text", with_hook("ngff_fixes", lambda version: ["up"]), "ngff_fixes: it returned str among", 0),
    Bad("fixes-endless", with_hook("ngff_fixes", lambda version: count()), "ngff_fixes: it returned more than", 0),
    Bad("fixes-leave", with_hook("ngff_fixes", leaves), "ngff_fixes: SystemExit: 0", 0),
    Bad("store-number", with_hook("ngff_open_store", lambda url: 5), "it returned int, expected a store", 0),
    Bad("store-raises", with_hook("ngff_open_store", fails(OSError("no network"))), "no network", 0),
    Bad("store-leaves", with_hook("ngff_open_store", leaves), "SystemExit: 0", 0),
    Bad("commands-clear", bad_commands(lambda cli: cli.commands.clear()), "the command 'validate', which stays", 0),
    Bad("commands-number", bad_commands(lambda cli: cli.commands.update(x=5)), "it added int as 'x'", 0),
    Bad("commands-leave", bad_commands(leaves), "ngff_register_commands: SystemExit: 0", 0),
    Bad(
        "commands-replace",
        bad_commands(lambda cli: cli.commands.update(validate=click.Command("validate"))),
        "the command 'validate', which stays",
        0,
    ),
]


# --- stores and formats -----------------------------------------------------------------------------


class BadStore:
    """A store that has nothing but a way to misbehave."""

    batch = concurrent = 1
    lists_cheaply = True

    def __init__(self, url: str, answer: Callable[[Any], Any], names: Callable[[str], Any]) -> None:
        self.url = url
        self.get_many = answer
        self.get = self.list = names


def bad_store(answer: Callable[[Any], Any], names: Callable[[str], Any] = lambda prefix: []) -> Callable[[], Any]:
    def opened(url: str) -> Any:
        return BadStore(url, answer, names) if url.startswith("bad://") else None

    return lambda: make_plugin(ngff_open_store=opened)


UNLISTED = "could not be listed: BadStore failed"
BAD_STORES = [
    Bad("raises", bad_store(fails(RuntimeError("oops"))), "BadStore failed: RuntimeError: oops"),
    Bad("leaves", bad_store(leaves), "BadStore failed: SystemExit: 0"),
    Bad("text", bad_store(lambda keys: ["{}"] * len(keys)), "BadStore failed: it returned str, expected bytes"),
    Bad("too-few", bad_store(lambda keys: []), "BadStore failed: it returned 0 values"),
    Bad("none", bad_store(lambda keys: None), "BadStore failed: TypeError"),
    Bad(
        "lists-numbers",
        bad_store(lambda keys: [None] * len(keys), lambda prefix: [1]),
        UNLISTED,
    ),
    Bad("listing-leaves", bad_store(lambda keys: [None] * len(keys), leaves), UNLISTED),
]


def clears(reports: Any, options: Any) -> Iterator[str]:
    for report in reports:
        report.issues.clear()
        yield "nothing wrong\n"


def half(reports: Any, options: Any) -> Iterator[str]:
    yield "begun\n"
    raise RuntimeError("oops")


def bad_format(function: Callable[..., Any]) -> Callable[[], Any]:
    return lambda: make_plugin(ngff_reporters=lambda: {"bad": function})


BAD_FORMATS = [
    Bad("raises", bad_format(fails(RuntimeError("oops"))), "RuntimeError: oops"),
    Bad("leaves", bad_format(leaves), "SystemExit: 0"),
    Bad("fails-half-way", bad_format(half), "RuntimeError: oops"),
    Bad("number", bad_format(lambda reports, options: 5), "it returned int, expected pieces of text"),
    Bad("numbers", bad_format(lambda reports, options: [5]), "it yielded int, expected text"),
    Bad("looks-at-nothing", bad_format(lambda reports, options: "all well"), "", 0),
    Bad("mends-the-reports", bad_format(clears), "", 0),
]
