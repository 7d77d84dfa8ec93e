"""What the simulated network decides and remembers, whichever body it has.

In: parts, and the weather. Out: what becomes of them, and a log of it. Promise: nothing here knows
a socket, a loop, or which of the bodies asks.
"""
