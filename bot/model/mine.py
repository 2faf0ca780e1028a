"""What the bot keeps about somebody, or of an agency, as a file that they are handed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.model.file import File

COMMAND = "export mine"
DUE = "export mine"
"""What is due of a person who is to have a file: their user id."""
FORMAT = 1
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def packed(name: str, whose: str, at: datetime, rows: Rows, withheld: int) -> File:
    """Return the file: JSON with every table's rows by what they are, and how many are *withheld* from that reader."""
    said = {"format": FORMAT, "of": whose, "as_of": at.isoformat(), "withheld": withheld, "kept": dict(rows)}
    data = json.dumps(said, ensure_ascii=False, indent=1, default=str).encode()
    return File(f"{name}-{at:%Y-%m-%d}.json", "application/json", data)
