"""The engine behind the calls: documents, stores and many of them, evaluated by the rules of their version."""
