"""What yaozarrs does with a store, or with all of a list of paths (`@FILE`), as a whole process."""

import sys
from pathlib import Path

import yaozarrs

name = sys.argv[1]
for store in Path(name[1:]).read_text().split("\n") if name.startswith("@") else [name]:
    yaozarrs.validate_zarr_store(store)
