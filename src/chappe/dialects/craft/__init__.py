"""What the dialects have in common, whoever wrote it: how a document is taken in, and how a call is
put together and made again.

In: octets, texts, figures. Out: the same, read or worked out, a bounded bit at a time. Promise:
whatever comes in, memory and every single step stay bounded; what it means is each dialect's own
affair.
"""
