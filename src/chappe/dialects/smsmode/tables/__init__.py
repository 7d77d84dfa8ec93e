"""The tables of sMsmode: paths, letters, errors, statuses; each in a file of its own.

In: nothing. Out: data.
"""
