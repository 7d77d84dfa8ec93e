"""PDUs: their layout as tables, and the way from octets to values and back."""
