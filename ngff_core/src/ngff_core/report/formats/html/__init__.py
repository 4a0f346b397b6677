"""The HTML report: one file that shows itself, with nothing from outside, readable without its script and on paper."""
