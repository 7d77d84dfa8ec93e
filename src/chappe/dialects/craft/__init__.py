"""What the dialects' readers have in common: how a document is taken in, whoever wrote it.

In: octets. Out: what stands in them, a bounded bit at a time. Promise: whatever the octets are,
memory and every single step stay bounded; what they mean is each dialect's own affair.
"""
