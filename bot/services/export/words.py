"""What is said of exports: of one by its reference, of several that are given together by all of theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.i18n import Code, Message, Verbatim, _
from bot.model.export import MARKED, MOST_TOGETHER, Export, Use
from bot.model.reference import Reference

TOO_MANY = _("More than {most} incidents are too many for one export. Say more to choose fewer.", most=MOST_TOGETHER)


def coded(refs: Sequence[Reference]) -> Code | tuple[Code, ...]:
    """Return references as a value of a sentence."""
    found = tuple(Code(str(ref)) for ref in refs)
    return found[0] if len(found) == 1 else found


def asks_for(exports: Sequence[Export], name: Verbatim) -> Message:
    """Return what whoever is called *name* asks for."""
    first = exports[0]
    values: dict[str, Any] = {"name": name, "to": Verbatim(first.agency)}
    refs = coded([one.ref for one in exports])
    if len(exports) > 1 and first.use is Use.COURT:
        return _(
            "{name} asks that these incidents are given to {to} in one file, for a court: {refs}. Whoever agrees gives"
            " the originator's permission for that.", refs=refs, **values,
        )  # fmt: skip
    if len(exports) > 1:
        return _(
            "{name} asks that these incidents are given to {to} in one file, for cooperation: {refs}.",
            refs=refs, **values,
        )  # fmt: skip
    if first.use is Use.COURT:
        return _(
            "{name} asks that {ref} is given to {to} as a file, for a court. Whoever agrees gives the originator's"
            " permission for that.", ref=refs, **values,
        )  # fmt: skip
    return _("{name} asks that {ref} is given to {to} as a file, for cooperation.", ref=refs, **values)


def begun(exports: Sequence[Export]) -> Message:
    """Return that they were agreed to, and what happens now."""
    refs = coded([one.ref for one in exports])
    if len(exports) > 1:
        return _("These are put together now, and posted where they were asked for: {refs}.", refs=refs)
    return _("{ref} is put together now, and posted where it was asked for.", ref=refs)


def given(exports: Sequence[Export], digest: str) -> Message:
    """Return that the file with that SHA-256 is given."""
    values: dict[str, Any] = {"to": Verbatim(exports[0].agency), "digest": Code(digest)}
    refs = coded([one.ref for one in exports])
    if len(exports) > 1:
        return _(
            "These are exported to {to}: {refs}. The file has the SHA-256 {digest}.", refs=refs, **values
        )  # fmt: skip
    return _("{ref} is exported to {to}: the file has the SHA-256 {digest}.", ref=refs, **values)


def ended(exports: Sequence[Export]) -> Message:
    """Return that nothing came of it."""
    refs, to = coded([one.ref for one in exports]), Verbatim(exports[0].agency)
    if len(exports) > 1 and exports[0].outcome == MARKED:
        return _(
            "These are not exported to {to}, because one of them was marked after that was asked: {refs}.",
            to=to, refs=refs,
        )  # fmt: skip
    if len(exports) > 1:
        return _("These are not exported to {to}: {refs}.", to=to, refs=refs)
    if exports[0].outcome == MARKED:
        return _("{ref} was marked after that was asked, so it is not exported to {to}.", ref=refs, to=to)
    return _("{ref} is not exported to {to}.", ref=refs, to=to)
