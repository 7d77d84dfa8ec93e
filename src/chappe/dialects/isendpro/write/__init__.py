"""Writing: answers and refusals in iSendPro's words.

In: the engine's answers. Out: responses.
"""
