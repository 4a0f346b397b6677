"""Public paths stay: each can be imported in both ways, whatever was imported before it."""

from __future__ import annotations

import subprocess
import sys

import pytest

OLD = ["model", "rule", "archive", "testing_zip"]
FOLDERS = ["spec", "migration", "structure", "stores", "hierarchy", "report", "plugins", "testing", "rules", "errors"]
MODELS = ["children", "collection", "early", "image", "labels", "omero", "plate"]
NAMES = {
    "archive": ["Archive", "Names", "Order", "listed"],
    "errors": ["NgffError", "PluginError", "StoreError", "UsageError", "ValidationError", "VersionNotInstalledError"],
    "explain": ["rule_table"],
    "explain.markdown": ["table"],
    "hierarchy": ["Absent", "ArrayNode", "FileNode", "GroupNode", "Hierarchy", "Node", "Why", "join", "resolve_path"],
    "migration": ["Decision", "Documents", "Loss", "Migration", "NodeDocuments", "Notes", "Place", "chain"],
    "model.children": ["image_children", "level_children", "plate_children"],
    "model.collection": ["CollectionMetadata", "SeriesMetadata"],
    "model.early": ["Dataset", "Multiscale", "PlateDef"],
    "model.image": ["Dataset", "ImageMetadata", "Multiscale", "ScaleTransformation"],
    "model.labels": ["ImageLabel", "LabelsGroupMetadata"],
    "model.omero": ["Omero"],
    "model.plate": ["PlateDef", "PlateMetadata", "WellMetadata"],
    "plugins": ["PluginInfo", "Registry", "default_registry", "discover", "hookimpl"],
    "pytest_plugin": ["assert_valid_ngff"],
    "report": ["SCHEMA", "Report", "Reporter"],
    "rule": ["Array", "Context", "Example", "Rule", "rule"],
    "rules": ["axes", "dataset", "multiscale", "scale", "transform", "version", "zarr"],
    "spec": [
        *("Child", "Children", "Claim", "Kind", "Look", "Role", "Spec"),
        *("accepting", "choose_spec", "claim_at_root", "claim_of", "patches_of"),
    ],
    "stores": ["LocalStore", "MemoryStore", "PixelStore", "Store"],
    "structure": [
        *("Fault", "FaultKind", "Member", "Model", "StructureError", "iter_models"),
        *("member", "members_of", "model", "new_converter", "structure", "unstructure"),
    ],
    "testing": [
        *("ExampleCase", "array", "array_json", "build_store", "example_cases", "findings_of"),
        *("group_json", "write_store"),
    ],
    "testing_zip": ["archive_of", "example_zip", "zip_bytes"],
}
DECORATORS = """
from ngff_core import model, rule, Model, MUST, Issue

@model
class Thing(Model):
    name: str = ngff_core.member()

@rule("lab/thing", on=Thing, requirement=MUST)
def thing(thing, ctx):
    "Things are things."
    yield ctx.issue("no thing")

assert Thing(name="a").name == "a"
assert thing.id == "lab/thing" and thing.on is Thing
"""


def run(code: str) -> None:
    """Run code in an interpreter that has imported nothing of the package."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr


@pytest.mark.parametrize("path", [*NAMES, *OLD, *FOLDERS])
def test_modules_are_imported_by_name_and_from_above(path: str) -> None:
    above, _, name = f"ngff_core.{path}".rpartition(".")
    names = NAMES.get(path, [])
    use = "".join(f"; m.{known}" for known in names)
    run(f"import ngff_core.{path} as m{use}")
    run(f"import ngff_core.{path}; m = ngff_core.{path}{use}")
    run(f"from {above} import {name} as m" + (use if path not in ("model", "rule") else ""))
    run(f"import ngff_core.{path}; from {above} import {name} as m{use}")
    if names:
        run(f"from ngff_core.{path} import {', '.join(names)}")


@pytest.mark.parametrize("name", MODELS)
def test_modules_of_models_are_known_by_their_old_folder(name: str) -> None:
    run(f"import ngff_core.model as m, ngff_core.model.{name}; m.{name}.__name__")
    run(f"from ngff_core.model import {name}; assert {name}.__name__.endswith('{name}')")
    run(f"import ngff_core.model.{name}; from ngff_core import model; model.{name}")
    same = "all(getattr(old, n) is getattr(new, n) for n in new.__all__)"
    run(f"import ngff_core.model.{name} as old, ngff_core.models.{name} as new; assert {same}")


@pytest.mark.parametrize(
    "before",
    [
        "",
        "import ngff_core.model",
        "import ngff_core.model as m",
        "from ngff_core.model import image",
        "import ngff_core.model.image",
        "import ngff_core.rule",
        "import ngff_core.rule as r",
        "from ngff_core.rule import Array, Context",
        "import ngff_core.model, ngff_core.rule; from ngff_core.model.image import Multiscale",
        "from ngff_core import model, rule",
    ],
)
def test_the_decorators_work_whatever_was_imported(before: str) -> None:
    run(f"import ngff_core\n{before}\n{DECORATORS}")


def test_a_module_of_models_needs_no_import_of_its_own() -> None:
    run("import ngff_core.model as m; m.image.Multiscale, m.plate.PlateDef")
    run("import ngff_core.model.plate; from ngff_core import model; model.image.Multiscale")


@pytest.mark.parametrize("package", ["v01", "v02", "v03", "v04", "v05", "v06"])
def test_a_version_package_lists_its_names_before_it_loads_them(package: str) -> None:
    pytest.importorskip(f"ngff_{package}", reason=f"ngff_{package} is not installed")
    run(
        f"import sys, ngff_{package} as p; names = dir(p)\n"
        "assert set(p.__all__) <= set(names) and 'Image' in names and 'Plate' in names\n"
        "assert not [m for m in sys.modules if m.startswith((f'{p.__name__}.', 'ngff_core.models'))]\n"
        "assert all(getattr(p, name) is not None for name in p.__all__)\n"
        f"from ngff_{package} import *; from ngff_{package} import Image; assert Image is p.Image\n"
        "try: p.nothing\n"
        "except AttributeError as error: "
        f"assert str(error) == \"module 'ngff_{package}' has no attribute 'nothing'\"\n"
        "else: raise AssertionError"
    )
