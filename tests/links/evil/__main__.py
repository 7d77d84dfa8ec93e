"""`python -m tests.links.evil WAY`: a centre that means harm, in a process of its own.

In: the way; lines, each of which asks how it stands. Out: its port; for each line, how often it was
bound to and how many octets it sent. It ends with what it reads from.
"""

import sys

from tests.links.evil.peers import EvilCentre

with EvilCentre(sys.argv[1]) as centre:
    print(centre.port, flush=True)
    for _ in sys.stdin:
        print(centre.bound, centre.sent, flush=True)
