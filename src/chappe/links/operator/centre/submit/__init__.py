"""What clients submit: read, bounded, judged, logged and answered."""
