"""The outgoing door: callbacks to customers' URLs, from the outbox to the socket and back."""
