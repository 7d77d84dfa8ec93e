"""What may go wrong with a benchmark.

In: one sentence. Out: `Broken`, which ends the work that raised it, and never the others.
"""


class Broken(Exception):
    """This could not be measured, and its only argument says why."""
