"""A node: one process that serves, and the one room that knows every other.

In: a Config and a data directory. Out: a running node. Promise: what can't start says so in one
sentence; a graceful stop loses nothing and ends within ten seconds.
"""

from chappe.node.directory import CannotStart, DirectoryTaken
from chappe.node.node import Node

__all__ = ["CannotStart", "DirectoryTaken", "Node"]
