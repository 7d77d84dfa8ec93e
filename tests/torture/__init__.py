"""Proof that nothing is lost: real servers, killed and starved: `python -m tests.torture`."""
