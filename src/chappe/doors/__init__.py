"""Transports: they know sockets and bytes, never meanings."""
