"""SMPP 3.4 without a socket: PDUs, texts, receipts, long messages and the conversation itself.

Section numbers in this folder are those of the Short Message Peer to Peer Protocol Specification
v3.4, issue 1.2.
"""
