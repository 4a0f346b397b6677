"""Set values of metadata throughout a hierarchy: what is asked for, what it is for, and the edits that it takes."""
