"""Texts in PDUs: alphabets, the parts of a long one on its way out, its pieces on their way in."""
