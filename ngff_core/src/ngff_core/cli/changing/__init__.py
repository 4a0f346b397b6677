"""What commands that change stores share: which stores, one after the other, what became of them."""
