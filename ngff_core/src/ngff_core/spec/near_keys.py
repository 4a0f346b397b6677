"""Keys that were probably meant to be those of OME metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

import attrs

from ngff_core.issues.issue import Issue
from ngff_core.spec.kinds import LATER_KEYS
from ngff_core.spec.spec import Spec
from ngff_core.words import COMPARED, misspelled

__all__ = ["known_keys", "meant_key", "with_meant_key"]


def known_keys(specs: Sequence[Spec]) -> list[str]:
    """Return the keys by which OME metadata is known."""
    names = [spec.namespace for spec in specs if spec.namespace]
    return list(dict.fromkeys([*names, *(key for spec in specs for kind in spec.kinds for key in kind.keys)]))


def with_meant_key(issue: Issue, attributes: Mapping[str, object], specs: Sequence[Spec]) -> Issue:
    """Add to a finding on missing metadata which key was probably meant, or the version that has a key."""
    hint = meant_key(attributes, specs)
    return issue if hint is None else attrs.evolve(issue, hint=hint)


def meant_key(attributes: Mapping[str, object], specs: Sequence[Spec]) -> str | None:
    """Return a hint on the key of OME metadata that was probably meant, or on the version that has a key."""
    known = known_keys(specs)
    later = next((key for key in LATER_KEYS if key in attributes and key not in known), None)
    if later is not None:
        version = LATER_KEYS[later]
        return f'"{later}" is a key of {version}: is "version": "{version}" meant?'
    inside = [attributes.get(spec.namespace) for spec in specs if spec.namespace]
    for holder in (attributes, *inside):
        for key in islice(holder, COMPARED) if isinstance(holder, dict) and not known_in(holder, known) else ():
            near = next((k for k in known if k == key.lower()), None) or misspelled(key, known)
            if near is not None and key not in known:
                return f'did you mean the key "{near}"? there is "{key}"'
    return None


def known_in(holder: Mapping[str, object], known: Sequence[str]) -> bool:
    """Tell whether an object has some of these keys, apart from one that only holds others."""
    return any(key in holder and not isinstance(holder[key], dict) for key in known)
