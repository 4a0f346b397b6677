"""Read every document of a list of paths, and write one small file into each of their folders; nothing else."""

from __future__ import annotations

import sys
from pathlib import Path

contents = {}
for name in Path(sys.argv[1]).read_text().splitlines():
    with open(name, "rb") as file:
        contents[name.rpartition("/")[0]] = file.read()
for folder, data in contents.items():
    with open(f"{folder}/written", "wb") as file:
        file.write(data)
