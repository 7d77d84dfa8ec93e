"""The body of the simulated operator that lives inside a node.

In: parts. Out: to the node's sink, answers, reports and arrivals. It loads none of SMPP.
"""
