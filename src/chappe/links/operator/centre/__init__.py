"""The body of the simulated operator that stands behind a port: `chappe smsc`.

In: connections of any ESME. Out: what an SMPP 3.4 centre would send. `smsc` listens, `connection`
carries octets, `submit` takes what comes in, `deliver` brings what is owed, `enquiries` says how a
message stands.
"""
