"""What all tests share: how Hypothesis runs here. A failure prints the line that repeats it."""

from hypothesis import settings

# A machine that is busy with something else makes a case slow, not wrong: so no deadline.
settings.register_profile("chappe", deadline=None, print_blob=True)
settings.load_profile("chappe")
