"""A hasher whose passwords cost nothing, for whoever only wants to come in.

What proves who asks goes by the hash that is kept, so it costs nothing either.
"""

from typing import Final

import argon2

CHEAP: Final = argon2.PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
