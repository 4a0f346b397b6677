"""Rules on collections in the layout of bioformats2raw."""
