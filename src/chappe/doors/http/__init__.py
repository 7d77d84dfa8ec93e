"""HTTP/1.0 and 1.1: a file for each thing that a request meets on its way."""
