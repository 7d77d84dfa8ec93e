"""The nouns all rooms share. They do no I/O, decide nothing, and import nothing of ours."""
