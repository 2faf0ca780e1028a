"""Why a time ranks where it does, in sentences: how many it is hard on, and of which agencies; never who.

Of blocked hours it is said only that there are some: with the agency, one would often know whose they are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.i18n import Message, Verbatim, _, _n
from bot.model.slot.need import Need, Strain


def reasons(found: Sequence[tuple[Need, frozenset[Strain]]], more: Collection[str]) -> tuple[Message, ...]:
    """Return what is to be known of a slot; *more* are those who have carried more than others and would again."""
    told = []
    for strain in Strain:
        meant = [need for need, hard in found if strain in hard]
        if meant:
            told.append(_told(strain, len(meant), _agencies(meant)))
    if not told:
        return (_("By day and on a working day for everybody."),)
    again = [need for need, hard in found if hard - {Strain.BLOCKED} and need.bearer in more]
    if again:
        told.append(_("Inconvenient times have come more often for {agencies} so far.", agencies=_agencies(again)))
    return tuple(told)


def _told(strain: Strain, n: int, agencies: tuple[Verbatim, ...]) -> Message:
    match strain:
        case Strain.BLOCKED:
            return _("Hours that somebody has blocked.")
        case Strain.RESTING:
            return _n(
                "Too little rest between shifts for {n} person: {agencies}.",
                "Too little rest between shifts for {n} people: {agencies}.",
                n, agencies=agencies,
            )  # fmt: skip
        case Strain.NIGHT:
            return _n("Night for {n} person: {agencies}.", "Night for {n} people: {agencies}.", n, agencies=agencies)
        case Strain.HOLIDAY:
            return _n(
                "Public holiday for {n} person: {agencies}.", "Public holiday for {n} people: {agencies}.",
                n, agencies=agencies,
            )  # fmt: skip
        case Strain.WEEKEND:
            return _n(
                "Weekend for {n} person: {agencies}.", "Weekend for {n} people: {agencies}.", n, agencies=agencies
            )


def _agencies(needs: Sequence[Need]) -> tuple[Verbatim, ...]:
    return tuple(Verbatim(agency) for agency in sorted({need.agency for need in needs}))
