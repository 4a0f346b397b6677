"""D9: the Python examples of README and documentation pass type checkers, as readers copy them.

Each page is checked as one module, in which its blocks stand on the lines that they have in the page.
"""

from __future__ import annotations

import doctest
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
CHECKERS = {
    "mypy": [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--allow-redefinition"],
    "basedpyright": ["basedpyright", "--pythonpath", sys.executable],
}

# libraries of pixels, which examples import, are Any for mypy whether they are installed or not
PYRIGHT = {"typeCheckingMode": "standard", "pythonVersion": "3.11", "reportMissingImports": False}


def load_examples() -> ModuleType:
    spec = importlib.util.spec_from_file_location("run_examples", ROOT / "docs" / "run_examples.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = load_examples()


def module_of(page: Path) -> str:
    """Return the Python blocks of a page as a module, on the lines that they have there."""
    lines = [""] * len(page.read_text().splitlines())
    for block in EXAMPLES.blocks(page):
        if block.language != "python":
            continue
        parts = [(0, block.text)]
        if ">>>" in block.text:
            parts = [(each.lineno, each.source) for each in doctest.DocTestParser().get_examples(block.text)]
        for at, source in parts:
            start = block.line - 1 + at
            for number, line in enumerate(source.splitlines(), start):
                lines[number] = line
    return "\n".join([*lines, ""])


@pytest.fixture(scope="session")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the modules of all pages; a page without examples has none."""
    folder = tmp_path_factory.mktemp("examples")
    for page in EXAMPLES.PAGES:
        text = module_of(page)
        if text.strip():
            (folder / f"{page.stem}_md.py").write_text(text)
    (folder / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))
    return folder


def test_d9_there_are_examples(modules: Path) -> None:
    assert {path.name for path in modules.glob("*.py")} >= {"README_md.py", "api_md.py", "models_md.py", "open_md.py"}


@pytest.mark.parametrize("checker", CHECKERS)
def test_d9_examples_pass_type_checkers(checker: str, modules: Path) -> None:
    command = CHECKERS[checker]
    if importlib.util.find_spec("mypy") is None if checker == "mypy" else shutil.which(command[0]) is None:
        pytest.skip(f"{checker} is not installed")
    ran = subprocess.run(
        [*command, *sorted(path.name for path in modules.glob("*.py"))],
        cwd=modules,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
