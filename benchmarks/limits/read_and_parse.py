"""The limit for hierarchies: read and parse the documents of a list, and do nothing with them; OME-XML is only read."""

import sys

import orjson

with open(sys.argv[1]) as listing:
    paths = listing.read().split("\n")
for path in paths:
    with open(path, "rb") as file:
        text = file.read()
    if not path.endswith(".xml"):
        orjson.loads(text)
