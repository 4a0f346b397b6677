"""What is held of a store while it is upgraded: little for each node, however many there are."""
