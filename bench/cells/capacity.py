"""What a cell takes: measured figures, and one estimate.

In: nothing. Out: constants, each with where it comes from. Promise: all that the simulation
knows of the product stands here; whoever measures anew changes it here alone.
"""

STEP_S = 0.1
STEPS_S = 10  # steps a second

# Row writes of one message, by the step of its life that writes them: measured, and held by
# tests/store/test_row_writes.py. An order each, and a callback, which is the dearest case.
ACCEPTED_ROWS = 3.1  # its order, its letter, itself; and its part of what a commit writes besides
CLAIMED_ROWS = 1.0  # where it waited for its link
SENT_ROWS = 2.0  # its operator's id, and that it left
ENDED_ROWS = 2.0  # how it ended, and that somebody is to hear of it
TOLD_ROWS = 1.0  # that they have
MESSAGE_ROWS = ACCEPTED_ROWS + SENT_ROWS + ENDED_ROWS + TOLD_ROWS

# AN ESTIMATE: rows that one PostgreSQL on 32 virtual CPUs writes with a synchronous standby, by
# figures that others published of queues on such machines: between 245,000 and 420,000 a second.
# This is the lower end. Nobody has measured it with this product.
ROWS_S, ROWS_MOST_S = 245_000.0, 420_000.0
ROWS_STEP = ROWS_S * STEP_S
MESSAGES_S, MESSAGES_MOST_S = ROWS_S / MESSAGE_ROWS, ROWS_MOST_S / MESSAGE_ROWS
FILLED = 0.6  # how full a cell should be at most, so that it recovers from what befalls it

# Rows of an import, a second: `chappe move-store` took 6.0 s for 300,000 messages (docs/figures.md)
MOVED_ROWS_S = 50_000.0
CHANGED_MEANWHILE = 0.02  # of them, which are copied again once the account is fenced

# Assumed, as an installation would choose it.
LINK_RATES = (50_000.0, 50_000.0, 50_000.0)  # messages a second, over all cells
RECEIPT_STEPS = 20  # from a submit to its receipt
FAILOVER_STEPS = 10 * STEPS_S  # until a standby takes over, and nodes have found it
LEASE_STEPS = 4 * STEPS_S  # for which a dead cell keeps its share of links
RETRY_STEPS = STEPS_S  # after which a customer asks again who got no answer
