"""The tables of HighSMS: paths, statuses, refusals, limits, routes, letters, and what is told.

A file each, which says what it promises; who needs a table names its file.
"""
