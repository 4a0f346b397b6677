"""The validator in a web page: stores that the page reads for us, and the report on them."""
