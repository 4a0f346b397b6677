"""The formats of reports, each imported when it is used."""
