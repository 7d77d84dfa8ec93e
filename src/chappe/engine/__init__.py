"""The product: a verb per file. It never sees a dialect."""
