"""`python -m chappe` is `chappe`."""

from chappe.cli import main

main()
