"""The door of the figures: what a watchman reads of a node, in Prometheus' format."""
