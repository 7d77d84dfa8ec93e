"""`make prove`: every row of the tables is broken in turn, and some case must notice."""
