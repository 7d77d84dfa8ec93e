"""Kiosk on the demo's card; it makes no calls that the demo's page could know."""

from chappe.dialects.shape import Sample

SAMPLE = Sample("Kiosk", (), lambda fields: None)
