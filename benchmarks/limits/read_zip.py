"""The limit for a plate in a zip archive: read and parse every document in it, with the standard library's reader."""

import sys
import zipfile

import orjson

with zipfile.ZipFile(sys.argv[1]) as archive:
    for entry in archive.infolist():
        orjson.loads(archive.read(entry))
