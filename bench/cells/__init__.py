"""A simulation of many databases: accounts in cells, and what a cell is spared or costs.

`python -m bench.cells` runs it; `docs/scaling.md` says what it stands for.
"""
