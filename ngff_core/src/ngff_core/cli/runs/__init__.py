"""What `ngff validate` is made of: what is asked for, what is evaluated, what it comes to."""
