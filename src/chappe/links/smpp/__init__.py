"""The way out by SMPP 3.4: the link, and the protocol itself without a socket.

In: parts. Out: to the sink, answers, reports and arrivals. `pdus` are octets and values, `texts`
and `meaning` what stands in them, `conversation` what two sides say to each other, `bind` one
connection kept up; `link` puts them together. The simulated centre shares the first four.

Section numbers in this folder are those of the Short Message Peer to Peer Protocol Specification
v3.4, issue 1.2.
"""
