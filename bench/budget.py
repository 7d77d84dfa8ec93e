"""The budget: how much CPU a message may cost before the benchmark fails.

In: CPU time a message, and the pace of the machine around that run. Out: that time as it would be
on the machine of the budget. Promise: a slow or busy machine does not fail what a quick one passes.
"""

BUDGET_US = 140.0
"""User and system time of the server for one message: request, store, submit, receipt, callback."""

REFERENCE_LOOP_MS = 36.0
"""`calibrate.Pace.loop_ms` on the machine that the budget was set on: two cores, Python 3.11."""


def at_reference_pace(cpu_us: float, loop_ms: float) -> float:
    """What took `cpu_us` where the loop takes `loop_ms`, on the machine of the budget."""
    return cpu_us * REFERENCE_LOOP_MS / loop_ms


def is_kept(cpu_us: float) -> bool:
    return cpu_us <= BUDGET_US
