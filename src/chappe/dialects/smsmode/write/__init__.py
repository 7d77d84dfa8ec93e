"""Writing: answers and refusals in sMsmode's words.

In: the engine's answers. Out: responses.
"""
