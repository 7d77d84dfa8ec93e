"""An engine that never ends, as one that hangs: `python -m tests.speech.hanging`."""

import signal

signal.pause()
