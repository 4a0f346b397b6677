"""Keep secrets out of whatever is printed, written or raised: users, passwords, signatures and tokens.

`masked` takes them out of the addresses in a text, wherever it comes from. What is known to be a secret, because a
user gave it (`remember_address`, `remember_options`), is taken out of any text, also by `hidden`, which leaves all
else as it is and is what reports go through.
"""

from ngff_core.masking.known import each_text, hidden, hidden_json, remember_address, remember_options
from ngff_core.masking.stream import MaskedStream
from ngff_core.masking.text import masked

__all__ = ["MaskedStream", "each_text", "hidden", "hidden_json", "masked", "remember_address", "remember_options"]
