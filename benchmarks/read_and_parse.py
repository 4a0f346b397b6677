"""The limit for a hierarchy: read and parse the documents of a list, and do nothing with them."""

import sys

import orjson

with open(sys.argv[1]) as listing:
    paths = listing.read().split("\n")
for path in paths:
    with open(path, "rb") as file:
        orjson.loads(file.read())
