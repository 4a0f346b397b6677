"""Commands that write, which `ngff` finds by a hook; each is imported when it is called."""
