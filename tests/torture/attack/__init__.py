"""The attack: a real server with every door open, strangers and customers that mean it no good.

In: names of attacks (`table.py`), a seed. Out: a row of measures for each, and its verdict.
Promise: everything ends by itself, by count and by time, and nothing is sent beyond loopback.

`siege.py` runs them. Beside each attack an honest customer sends single messages all the time
(`good.py`), somebody watches the loop, the memory and the descriptors (`watch.py`), and a customer
who was never seen before comes by the attacked door (`newcomer.py`). `promises.py` holds what was
seen against what is promised. What attackers do stands in a file for each kind; each attacker is a
process of its own (`hurl.py`), the last to be given a processor, and keeps to a share of one core:
what is measured is what the server makes of an attack, not who wins the machine. For the same
reason the idle values are measured beside a harmless process that is as busy as the attackers.
"""
