"""The engine behind the calls: documents, stores and many of them, judged by the rules of their version."""
