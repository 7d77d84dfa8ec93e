"""Where no compiler was found, there is nothing to try but that."""

from chappe.native import missing

collect_ignore = ["test_sockets.py"] if "sockets" in missing() else []
