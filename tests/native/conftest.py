"""Where no compiler was found, or Python has SQLite built in, there is nothing to try but that."""

from chappe.native import missing
from chappe.store.sqlite_hand import is_native

collect_ignore = ["test_sockets.py"] if "sockets" in missing() else []
collect_ignore += [] if is_native() else ["test_hand.py"]
