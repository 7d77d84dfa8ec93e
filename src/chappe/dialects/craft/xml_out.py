"""What XML can't say.

In: nothing. Out: a pattern of letters that no document may hold, in any form.
"""

import re
from typing import Final

UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
