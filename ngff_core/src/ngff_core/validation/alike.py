"""Documents of images that differ in nothing that rules tell apart: what was found in one holds for the next."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import attrs

from ngff_core.crawl.memory import Memory, bounded
from ngff_core.json_text import JSONDecodeError, dumps, loads_roughly, may_be_rough
from ngff_core.models.particulars import has_own_words, without_particulars
from ngff_core.plugins.registry import Registry
from ngff_core.report.partial import Partial, ReadStats
from ngff_core.spec.kinds import PARTICULARS
from ngff_core.validation.setup import Setup

__all__ = ["Form", "form_of", "known", "remember"]

Form = tuple[bytes, int]
"""What is left of a document, and how many quotation marks it has: two more for a key that stands there twice."""

LONGEST = 1 << 14  # bytes: of those that are longer, most is not left out
MOST = 64
_found: WeakKeyDictionary[Registry, dict[object, Memory[Partial]]] = WeakKeyDictionary()


def form_of(setup: Setup, text: str | bytes) -> Form | None:
    """Return what the document of an image has in common with others; ``None`` where it is none.

    ``None`` as well for most documents where none was like another: parsing them twice is in vain.
    """
    text = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)
    if len(text) > LONGEST or not _memory(setup).pays():
        return None
    if b'"multiscales"' not in text or b'"image-label"' in text or b"\\" in text:
        return None
    try:
        raw = loads_roughly(text)
        attributes = raw.get("attributes", raw)
        without_particulars(attributes.get("ome", attributes))
        return dumps(raw), text.count(b'"')
    except (JSONDecodeError, AttributeError, LookupError, TypeError):
        return None


def known(setup: Setup, form: Form) -> Partial | None:
    """Return what was found in a document of the same form."""
    left, marks = form
    found = _memory(setup).get((left,), (marks, len(setup.registry.failures)))
    return attrs.evolve(found, stats=ReadStats()) if found is not None else None


def remember(setup: Setup, form: Form, partial: Partial) -> None:
    """Remember what was found in a document, where rules tell no more apart: those of packs may."""
    if partial.version is None or partial.kind is None or may_be_rough(form[0]):
        return
    version = setup.version(partial.version)
    kind = version.spec.kind_named(partial.kind)
    alike = kind is not None and kind.strip == PARTICULARS and not version.checker.has_packs(kind.name)
    if alike and not has_own_words(issue for _, issues in partial.sections for issue in issues):
        _memory(setup).put(form[:1], (form[1], len(setup.registry.failures)), partial)


def _memory(setup: Setup) -> Memory[Partial]:
    of_settings = _found.setdefault(setup.registry, {})
    made = of_settings.get(setup.settings)
    if made is None:
        made = bounded(of_settings, MOST)[setup.settings] = Memory(MOST)
    return made
