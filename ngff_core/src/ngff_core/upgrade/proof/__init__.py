"""What shows that pixels stay the same: arrays that mean the same before and after, and pixels that are read twice."""
