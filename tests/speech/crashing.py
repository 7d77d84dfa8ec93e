"""An engine that dies, as C may: `python -m tests.speech.crashing`."""

import os
import signal

os.kill(os.getpid(), signal.SIGSEGV)
