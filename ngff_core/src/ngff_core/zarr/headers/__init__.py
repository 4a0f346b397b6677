"""What makes the document of a Zarr array or group openable: the one body of knowledge, by the specifications of Zarr.

Pure functions of the raw JSON that yield problems. Members that are missing, or of another JSON type, are faults of
structure (`ngff_core.zarr.array`) and not told a second time.
"""
