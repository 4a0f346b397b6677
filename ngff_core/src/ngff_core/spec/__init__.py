"""What a version of the specification states, and which version a document follows."""

from ngff_core.spec.detect import Claim, accepting, choose_spec, claim_at_root, claim_of
from ngff_core.spec.kinds import SECTIONS, standard_kinds
from ngff_core.spec.spec import Child, Children, Kind, Look, Role, Spec, patches_of

__all__ = [
    "SECTIONS",
    "Child",
    "Children",
    "Claim",
    "Kind",
    "Look",
    "Role",
    "Spec",
    "accepting",
    "choose_spec",
    "claim_at_root",
    "claim_of",
    "patches_of",
    "standard_kinds",
]
