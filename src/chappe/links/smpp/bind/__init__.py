"""One bind to a centre: dialled, connected, and tried again whatever ended it."""
