"""`python -m chappe.config` prints the settings page, for docs/settings.md."""

from chappe.config.page import settings_page

print(settings_page(), end="")
