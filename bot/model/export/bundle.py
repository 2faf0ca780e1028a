"""Several exports in one file: each as it would be given alone, with a manifest and a signature around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.model.checkpoint import LogKey
from bot.model.export.case import Case
from bot.model.export.pack import sealed
from bot.model.export.record import moment

KIND, VERSION = "liaison evidence set", 1


def bundle(cases: Sequence[Case], key: LogKey, files: Mapping[str, bytes]) -> bytes:
    """Return the set of *cases*, of one originator for one agency; *files* are what it holds of each, by name."""
    first = cases[0]
    about = {
        "records": [str(one.incident.ref) for one in cases],
        "originator": first.incident.agency,
        "agency": first.agency,
        "purpose": first.use.purpose,
        "asked_by": first.asker,
        "made_at": moment(first.made_at),
        "handling": {str(one.incident.ref): str(one.cleared.mark) for one in cases},
        "entries": sum(len(one.numbers) for one in cases),
        "withheld": sum(len(one.withheld) for one in cases),
    }
    return sealed(KIND, VERSION, about, files, key)
