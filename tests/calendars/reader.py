"""A calendar on icalendar and recurring-ical-events, in the environment of the homeserver: JSON lines in and out.

It shares no code with the bot. icalendar goes by the zone database of Python, not by the VTIMEZONE of the file.

    → {"data": "BEGIN:VCALENDAR…", "since": "2026-11-28T00:00:00+00:00", "until": "2029-11-28T00:00:00+00:00"}
    ← {"method": "PUBLISH", "zones": ["Europe/Lisbon"], "sequences": [2, 3],
       "found": [{"uid", "begins", "seconds", "status", "summary", "alarms"}]}     or {"error": "what went wrong"}
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Any

import recurring_ical_events
from icalendar import Calendar


def read(data: str, since: datetime, until: datetime) -> dict[str, Any]:
    """Return what the file *data* is for, and what of it begins in [*since*, *until*)."""
    calendar = Calendar.from_ical(data)
    broken = [error for part in calendar.walk() for error in getattr(part, "errors", ())]
    if broken:
        raise ValueError(broken)
    events = recurring_ical_events.of(calendar).between(since, until)
    return {
        "method": str(calendar["METHOD"]),
        "zones": [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")],
        "sequences": [int(event["SEQUENCE"]) for event in calendar.walk("VEVENT")],
        "found": [one for one in map(_told, events) if since.isoformat() <= one["begins"] < until.isoformat()],
    }


def _told(event: Any) -> dict[str, Any]:
    begins, ends = (event[name].dt.astimezone(UTC) for name in ("DTSTART", "DTEND"))
    return {
        "uid": str(event["UID"]),
        "begins": begins.isoformat(),
        "seconds": int((ends - begins).total_seconds()),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "alarms": sorted(int(alarm["TRIGGER"].dt.total_seconds()) for alarm in event.walk("VALARM")),
    }


def main() -> None:
    """Answer each line."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            since, until = (datetime.fromisoformat(asked[name]).astimezone(UTC) for name in ("since", "until"))
            answer = read(asked["data"], since, until)
        except Exception as error:  # whatever a library says of the file is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


main()
