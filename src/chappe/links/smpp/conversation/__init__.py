"""A conversation in SMPP without its socket and its clock: what both sides share, and each side."""
