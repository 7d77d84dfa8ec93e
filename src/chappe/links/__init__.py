"""Ways out to operators, behind one contract."""
