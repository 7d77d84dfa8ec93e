"""What doors that speak over sockets share: who may come, for how long, and the goodbye."""
