"""The benchmark behind every figure that the project prints: `python -m bench`, see README.md."""
