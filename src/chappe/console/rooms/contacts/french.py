"""The French of contacts."""
