"""What may be set of an account for Kiosk: nothing of its own."""

from chappe.words.setting import SettingsOfDialect

SETTINGS = SettingsOfDialect({})
