"""The console: server-rendered pages for people, on an address of its own.

In: requests of browsers. Out: pages. Promise: it asks the engine and the hands only; every page
works without JavaScript but for its live parts; nobody sees what is not theirs.
"""
