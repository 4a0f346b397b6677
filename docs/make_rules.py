"""Write docs/rule_table.md: every rule of the installed versions, as `ngff rules --format markdown` prints them."""

from __future__ import annotations

from pathlib import Path

from ngff_core.errors import distribution_of
from ngff_core.explain import rule_table
from ngff_core.explain.fixes import fix_table
from ngff_core.explain.markdown import table
from ngff_core.plugins import Registry

TARGET = Path(__file__).with_name("rule_table.md")
VERSIONS = ["0.4", "0.5"]
HEAD = """\
# All rules

<!-- written by docs/make_rules.py -->

`ngff rules ID` explains one, with examples.

"Answers for" names further entries of the rule catalogue that the rule (or a fault of structure) stands for; they can
be used with `--select` and `--ignore`, too. The last table says what `ngff fix` does about findings.

"""


def render(registry: Registry, versions: list[str]) -> str:
    """Return the page on the rules of some versions."""
    ours = {"ngff-core", *map(distribution_of, versions)}
    rows = [row for row in rule_table(registry, versions) if row["plugin"] in ours]
    return HEAD + table(rows, [fix for fix in fix_table(registry, versions) if fix["plugin"] in ours])


if __name__ == "__main__":
    TARGET.write_text(render(Registry(), VERSIONS))
