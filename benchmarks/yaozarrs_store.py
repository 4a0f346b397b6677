"""What yaozarrs does with a store, as a whole process."""

import sys

import yaozarrs

yaozarrs.validate_zarr_store(sys.argv[1])
