"""What operators mean: their codes, their receipts, and their ids, however they write them."""
