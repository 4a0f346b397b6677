"""Plugins: found, loaded one at a time, isolated from each other, blocked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes import Item, found, make_plugin, make_spec, no_big_items

from ngff_core.checking.rule import Rule
from ngff_core.errors import PluginError, UsageError, VersionNotInstalledError
from ngff_core.plugins import PluginInfo, Registry
from ngff_core.stores import LocalStore, MemoryStore
from ngff_core.validation.calls import check_object

Found = tuple[PluginInfo, Callable[[], Any]]

FORMATS = ["github", "html", "json", "jsonl", "junit", "markdown", "sarif", "text"]


def boxes(version: str = "9.1", *rules: Rule) -> Any:
    """Return the plugin of a made-up version."""
    mine = version
    return make_plugin(
        ngff_specs=lambda: [make_spec(mine)], ngff_rules=lambda version: rules if version == mine else None
    )


def pack(*rules: Rule) -> Any:
    """Return a plugin that adds rules to every version."""
    return make_plugin(ngff_rules=lambda version: rules)


BOXES = ("boxes", "ngff-boxes", boxes())
prefixed = no_big_items.evolve(id="lab/no-big-items")


def registry_of(*plugins: tuple[str, str, Any], **options: Any) -> Registry:
    return Registry(found=[found(*plugin) for plugin in plugins], **options)


def errors_of(registry: Registry) -> dict[str, str | None]:
    return {info.distribution: info.error for info in registry.plugins}


def rule_ids(registry: Registry, version: str = "9.1") -> list[tuple[str, str]]:
    return [(rule.id, rule.plugin) for rule in registry.rules(version)]


# --- isolation --------------------------------------------------------------------------------------


def test_a_plugin_that_fails_to_import_takes_nobody_down() -> None:
    registry = registry_of(BOXES, ("sad", "a-sad-plugin", ImportError("no module named 'left'")))
    assert list(registry.specs) == ["9.1"]
    assert errors_of(registry) == {"a-sad-plugin": "ImportError: no module named 'left'", "ngff-boxes": None}
    assert [info.name for info in registry.failures] == ["sad"]


@pytest.mark.parametrize("hook", ["ngff_specs", "ngff_rules", "ngff_configure_converter", "ngff_reporters"])
def test_a_hook_that_raises_takes_nobody_down(hook: str) -> None:
    def fail(**_: Any) -> Any:
        raise RuntimeError("oops")

    hooks: dict[str, Callable[..., Any]] = {
        "ngff_specs": lambda: fail(),
        "ngff_rules": lambda version: fail(),
        "ngff_configure_converter": lambda version, converter: fail(),
        "ngff_reporters": lambda: fail(),
    }
    sad = make_plugin(**{hook: hooks[hook]})
    registry = registry_of(("sad", "a-sad-plugin", sad), ("boxes", "ngff-boxes", boxes("9.1", no_big_items)))
    report = check_object({"items": [{"name": "a", "size": 10}]}, registry=registry)
    assert report.issues[0].rule == "no-big-items"
    assert sorted(registry.reporters()) == FORMATS
    assert errors_of(registry) == {"a-sad-plugin": f"{hook}: RuntimeError: oops", "ngff-boxes": None}


def test_rules_that_fail_half_way_are_left_out_as_a_whole() -> None:
    def half(version: str) -> Any:
        yield prefixed
        raise RuntimeError("oops")

    registry = registry_of(BOXES, ("sad", "a-sad-plugin", make_plugin(ngff_rules=half)))
    assert rule_ids(registry) == []
    assert errors_of(registry)["a-sad-plugin"] == "ngff_rules: RuntimeError: oops"


def test_a_failed_plugin_is_told_in_the_report_and_fails_nothing() -> None:
    registry = registry_of(BOXES, ("sad", "a-sad-plugin", ValueError("bad")))
    report = check_object({"items": []}, registry=registry)
    assert [(i.rule, i.severity.value, i.message) for i in report.issues] == [
        ("plugin-failed", "info", "plugin 'sad' of a-sad-plugin failed, its rules did not run: ValueError: bad")
    ]
    assert report.valid


def test_two_distributions_may_use_one_entry_point_name() -> None:
    registry = registry_of(("plugin", "ngff-a", boxes("9.1")), ("plugin", "ngff-b", boxes("9.2")))
    assert list(registry.specs) == ["9.1", "9.2"]
    assert errors_of(registry) == {"ngff-a": None, "ngff-b": None}


def test_two_plugins_that_bring_one_version() -> None:
    registry = registry_of(("x", "ngff-a", boxes("9.1")), ("x", "ngff-b", boxes("9.1")))
    assert errors_of(registry) == {"ngff-a": None, "ngff-b": "version 9.1 is already brought by another plugin"}
    assert [info.specs for info in registry.plugins] == [("9.1",), ()]


def test_the_order_of_discovery_does_not_matter() -> None:
    plugins = [("x", "ngff-b", pack(prefixed)), BOXES, ("y", "ngff-c", pack(prefixed.evolve(id="c/rule")))]
    forth, back = registry_of(*plugins), registry_of(*reversed(plugins))
    assert [info.distribution for info in forth.plugins] == ["ngff-b", "ngff-boxes", "ngff-c"]
    assert [info.distribution for info in back.plugins] == ["ngff-b", "ngff-boxes", "ngff-c"]
    assert rule_ids(forth) == rule_ids(back)


# --- rules ------------------------------------------------------------------------------------------


def test_rules_carry_their_version_and_distribution() -> None:
    registry = registry_of(
        ("boxes", "ngff-boxes", boxes("9.1", no_big_items)), ("lab", "lab-rules", pack(prefixed)), blocked=["x"]
    )
    assert sorted(rule_ids(registry)) == [("lab/no-big-items", "lab-rules"), ("no-big-items", "ngff-boxes")]
    assert {rule.versions for rule in registry.rules("9.1")} == {("9.1",)}


def test_duplicate_ids_are_refused_naming_both() -> None:
    registry = registry_of(BOXES, ("a", "lab-a", pack(prefixed)), ("b", "lab-b", pack(prefixed)))
    assert len(rule_ids(registry)) == 1
    (problem,) = [error for error in errors_of(registry).values() if error]
    ours, theirs = rule_ids(registry)[0][1], {"lab-a": "lab-b", "lab-b": "lab-a"}[rule_ids(registry)[0][1]]
    assert problem == (
        f"rule 'lab/no-big-items' is brought by both {ours} and {theirs}; the rules of {theirs} are left out"
    )


def test_an_id_twice_in_one_plugin_is_refused() -> None:
    registry = registry_of(BOXES, ("lab", "lab-rules", pack(prefixed, prefixed)))
    assert rule_ids(registry) == []
    assert errors_of(registry)["lab-rules"] == (
        "rule 'lab/no-big-items' is brought twice by lab-rules; its rules are left out"
    )


def test_ids_of_third_parties_need_a_prefix() -> None:
    registry = registry_of(BOXES, ("lab", "lab-rules", pack(prefixed.evolve(id="lab/other"), no_big_items)))
    assert rule_ids(registry) == []
    assert errors_of(registry)["lab-rules"] == (
        "the id of rule 'no-big-items' needs a prefix of its own, such as 'lab/no-big-items'"
    )


def test_rules_of_a_kind_belong_to_the_plugin_of_the_version() -> None:
    plugin = make_plugin(
        ngff_specs=lambda: [make_spec()],
        ngff_rules=lambda version, kind: (no_big_items,) if kind == "box" else None,
    )
    registry = registry_of(("boxes", "ngff-boxes", plugin))
    assert rule_ids(registry) == [("no-big-items", "ngff-boxes")]
    assert [rule.id for rule in registry.rules_for("9.1", "box")] == ["no-big-items"]
    assert registry.rules_for("9.1", "lid") == ()
    assert registry.rules_for("9.1", None) == ()


def kinds_pack(asked: list[tuple[str, str | None]], rules: dict[str | None, tuple[Rule, ...]]) -> Any:
    """Return a plugin that brings rules for kinds of groups, and notes what it is asked for."""

    def ngff_rules(version: str, kind: str | None) -> Any:
        asked.append((version, kind))
        return rules.get(kind)

    return make_plugin(ngff_rules=ngff_rules)


def test_any_plugin_may_bring_rules_for_a_kind_or_for_archives() -> None:
    lab = kinds_pack([], {"box": (prefixed,), "archive": (prefixed.evolve(id="lab/zip"),)})
    registry = registry_of(BOXES, ("lab", "lab-rules", lab))
    assert rule_ids(registry) == [("lab/no-big-items", "lab-rules"), ("lab/zip", "lab-rules")]
    assert [rule.id for rule in registry.rules_for("9.1", "box")] == ["lab/no-big-items"]
    assert [rule.id for rule in registry.rules_for("9.1", "archive")] == ["lab/zip"]
    assert registry.rules_for("9.1", None) == registry.rules_for("9.1", "lid") == ()
    report = check_object({"items": [{"name": "a", "size": 10}]}, registry=registry)
    assert [issue.rule for issue in report.issues] == ["lab/no-big-items"]
    assert set(report.rule_set) == {"ngff-core", "ngff-boxes", "lab-rules"}


def test_plugins_are_asked_once_for_each_kind_that_the_version_has() -> None:
    asked: list[tuple[str, str | None]] = []
    registry = registry_of(("boxes", "ngff-boxes", boxes()), ("lab", "lab-rules", kinds_pack(asked, {})))
    for _ in range(2):
        for kind in (None, "box", "array", "row", "box", "archive"):
            registry.rules_for("9.1", kind)
    assert asked == [("9.1", None), ("9.1", "box"), ("9.1", "archive")]


def test_a_plugin_that_takes_no_kind_is_asked_once() -> None:
    asked: list[str] = []
    lab = make_plugin(ngff_rules=lambda version: asked.append(version))
    registry = registry_of(BOXES, ("lab", "lab-rules", lab))
    registry.rules("9.1")
    assert asked == ["9.1"]


def test_rules_for_a_kind_are_checked_as_all_others() -> None:
    both = kinds_pack([], {None: (prefixed,), "box": (prefixed,), "lid": (no_big_items,)})
    other = kinds_pack([], {"box": (prefixed,), "lid": (prefixed.evolve(id="b/x"), prefixed.evolve(id="b/x"))})
    registry = registry_of(BOXES, ("a", "lab-a", both), ("b", "lab-b", other))
    assert [(rule.id, rule.plugin) for rule in registry.rules_for("9.1", "box")] == [("lab/no-big-items", "lab-a")]
    assert errors_of(registry)["lab-b"] == (
        "rule 'lab/no-big-items' is brought by both lab-a and lab-b; the rules of lab-b are left out"
    )
    assert registry.rules_for("9.1", "lid") == ()
    assert errors_of(registry) == {
        "ngff-boxes": None,
        "lab-a": "the id of rule 'no-big-items' needs a prefix of its own, such as 'lab/no-big-items'",
        "lab-b": "rule 'b/x' is brought twice by lab-b; its rules are left out",
    }


# --- blocking ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sad", "a-sad-plugin", "a_sad_plugin"])
@pytest.mark.parametrize("way", ["option", "variable"])
def test_plugins_are_blocked_by_name_distribution_or_package(
    name: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "variable":
        monkeypatch.setenv("NGFF_NO_PLUGINS", f"other,{name}")
    loaded: list[str] = []
    info, _ = found("sad", "a-sad-plugin", None)
    plugins = [(info, lambda: loaded.append("sad")), found(*BOXES)]
    registry = Registry(found=plugins, blocked=[name] if way == "option" else [])
    assert loaded == []
    assert [(p.distribution, p.blocked) for p in registry.plugins] == [("a-sad-plugin", True), ("ngff-boxes", False)]
    assert registry.failures == []


def test_a_blocked_version_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NGFF_NO_PLUGINS", "boxes")
    assert registry_of(BOXES).specs == {}


# --- versions and converters -------------------------------------------------------------------------


def test_a_version_that_is_not_installed_is_answered_with_what_is() -> None:
    with pytest.raises(VersionNotInstalledError) as caught:
        registry_of(BOXES).spec("0.6")
    assert str(caught.value) == ("OME-NGFF version '0.6' is not installed (installed: 9.1); try: pip install ngff-v06")
    assert (caught.value.version, caught.value.installed) == ("0.6", ["9.1"])
    with pytest.raises(UsageError, match="installed: none"):
        Registry(found=[]).spec("0.4")


def test_plugins_configure_the_converter_of_a_version() -> None:
    def configure(version: str, converter: Any) -> None:
        converter.register_structure_hook(Item, lambda value, _: Item(name="a", size=int(value["size"])))

    registry = registry_of(
        ("boxes", "ngff-boxes", make_plugin(ngff_specs=lambda: [make_spec()], ngff_configure_converter=configure))
    )
    assert check_object({"items": [{"name": "a", "size": "3"}]}, registry=registry).issues == []
    assert registry.converter("9.1") is registry.converter("9.1")


# --- stores and reporters ----------------------------------------------------------------------------


def test_plugins_open_stores_before_core_does() -> None:
    store = MemoryStore({}, url="lab://x")
    lab = make_plugin(ngff_open_store=lambda url, options: store if url.startswith("lab://") else None)
    registry = registry_of(("lab", "lab-store", lab))
    assert registry.open_store("lab://x") is store
    assert isinstance(registry.open_store("some/path"), LocalStore)


def test_an_address_that_nobody_opens() -> None:
    with pytest.raises(UsageError, match=r"no installed plugin opens s3:// addresses.*\(installed: ngff-boxes\)"):
        registry_of(BOXES).open_store("s3://bucket/x")


def test_a_store_plugin_that_fails_is_named() -> None:
    def fail(url: str, options: Any) -> Any:
        raise OSError("no network")

    registry = registry_of(("lab", "lab-store", make_plugin(ngff_open_store=fail)))
    with pytest.raises(PluginError, match="lab-store could not open lab://x: no network"):
        registry.open_store("lab://x")


def test_plugins_add_report_formats() -> None:
    lab = make_plugin(ngff_reporters=lambda: {"short": lambda reports, options: "short"})
    assert sorted(registry_of(("lab", "lab-report", lab)).reporters()) == sorted([*FORMATS, "short"])


def test_a_hook_may_take_fewer_arguments() -> None:
    lab = make_plugin(ngff_rules=lambda: [prefixed])
    assert rule_ids(registry_of(BOXES, ("lab", "lab-rules", lab))) == [("lab/no-big-items", "lab-rules")]


def test_plugins_given_by_hand_come_after_those_found() -> None:
    registry = Registry(found=[found(*BOXES)], plugins=[make_plugin("mine", ngff_rules=lambda version: [prefixed])])
    assert [(p.name, p.distribution) for p in registry.plugins] == [("boxes", "ngff-boxes"), ("mine", "mine")]
    assert rule_ids(registry) == [("lab/no-big-items", "mine")]


def test_models_of_plugins_need_no_registration() -> None:
    report = check_object({"items": [{"name": "a"}]}, registry=registry_of(BOXES))
    assert (report.version, report.kind, report.valid) == ("9.1", "box", True)
    part = check_object({"name": 1}, cls=Item, registry=registry_of(BOXES))
    assert [(i.rule, i.pointer) for i in part.issues] == [("structure-type", "/name")]
