"""All rows that are about one person, or that come from one agency."""

from __future__ import annotations

from typing import Any

from bot.store.database import Database

_OF_A_PERSON = {
    "settings": "SELECT * FROM person WHERE user_id = ?",
    "reminded before briefings": "SELECT minutes FROM briefing_before WHERE person = ?",
    "blocked hours": "SELECT since, until, days FROM busy WHERE person = ?",
    "identity": "SELECT * FROM identity WHERE user_id = ?",
    "name in the log": "SELECT pseudonym FROM pseudonym WHERE user_id = ?",
    "direct room": "SELECT room_id, opened_at FROM direct WHERE user_id = ?",
    "incidents declared": "SELECT ref, title, declared_at, status FROM incident WHERE declared_by = ?",
    "entries": "SELECT ref, number, kind, entered_at, happened_at, text, language FROM entry WHERE author = ?",
    "reports": "SELECT ref, revision, incident, template, made_at, data FROM report WHERE author = ?",
    "reports begun": "SELECT ref, incident, template, touched_at, data FROM report_draft WHERE author = ?",
    "tasks": "SELECT ref AS task, incident AS ref, number, added_at, due, done_at FROM task"
    " WHERE ?1 IN (added_by, owner, done_by)",
    "messages": "SELECT event_id, room_id, said_at, handling FROM original WHERE sender = ?",
    "translations": "SELECT t.event_id, t.source, t.target, t.text, t.made_at FROM original o JOIN translation t"
    " ON t.event_id = o.revision WHERE o.sender = ?",
    "voice messages": "SELECT event_id, room_id, said_at FROM voice WHERE sender = ?",
    "asked translations": "SELECT source, target, asked_at FROM wish WHERE asker = ?",
    "corrections": "SELECT event_id, source, target, text, made_at FROM correction WHERE author = ?",
    "terms": "SELECT source_language, target_language, source, target, proposed_at FROM term WHERE author = ?",
    "check-ins": "SELECT post, at, vehicle, persons, every, status, place, heard_at, wrote_at, ended_at FROM checkin"
    " WHERE person = ?",
    "said since a check-in": "SELECT status, place, at FROM checkin_said WHERE person = ?",
    "watches": "SELECT post, since FROM watch WHERE person = ?",
    "presence": "SELECT post, since, until FROM presence WHERE person = ?",
    "absences": "SELECT since, until, at, ended_at FROM absence WHERE person = ?",
    "shifts taken": "SELECT post, since, until, reason, at FROM override WHERE person = ?",
    "handover notes": "SELECT ref AS handover, number, kind, text, at FROM handover_said WHERE by = ?",
    "handovers": "SELECT ref AS handover, post, state, started_at, ended_at FROM handover"
    " WHERE ?1 IN (outgoing, incoming)",
    "reminders": "SELECT ref AS reminder, room_id, text, at, state FROM reminder WHERE by = ?",
    "answers to briefings": "SELECT ref AS briefing, begins, answer, at FROM rsvp WHERE person = ?",
    "votes": "SELECT ref AS poll, slot, answer, at FROM vote WHERE person = ?",
    "attendance": "SELECT sitting, presence, minutes, at FROM attendance WHERE person = ?",
    "minutes written": "SELECT sitting, number, kind, text, at, about AS ref FROM minute WHERE by = ?",
    "patrols": "SELECT ref AS patrol, agreed, interprets FROM patrol_member WHERE person = ?",
    "records shown": "SELECT r.ref, r.room_id, r.kind, r.at FROM received_by b JOIN received r ON r.people = b.people"
    " WHERE b.user_id = ?",
    "recalls": "SELECT ref, record, number, about, at, told_at, acknowledged_at FROM recall WHERE user_id = ?",
    "purposes of reading": "SELECT ref, code, at FROM purpose WHERE user_id = ?",
    "reviews published": "SELECT ref, at FROM review WHERE by = ?",
    "exports": "SELECT ref, agency, used_for, form, asked_at, sent_at FROM export"
    " WHERE ?1 IN (asked_by, agreed_by) OR EXISTS (SELECT 1 FROM json_each(people) WHERE value = ?1)",
    "holds placed": "SELECT ref, at, reason FROM hold WHERE by = ?",
}
"""By what it is called in the file. A `ref` is that of an incident, without which nobody may have the row."""

_HELD = "JOIN sitting s ON s.ref = m.sitting JOIN briefing b ON b.ref = s.briefing WHERE b.agency = ?"
_UNMARKED = "NOT EXISTS (SELECT 1 FROM line_mark k WHERE k.said = m.said)"

_OF_AN_AGENCY = {
    "incidents": "SELECT * FROM incident WHERE agency = ?",
    "entries": "SELECT e.ref, e.number, e.kind, e.author, e.agency, e.entered_at, e.happened_at, e.text, e.language,"
    " e.data FROM incident i JOIN entry e ON e.ref = i.ref WHERE i.agency = ? ORDER BY e.ref, e.number",
    "reports": "SELECT ref AS report, revision, incident AS ref, template, author, made_at, data FROM report"
    " WHERE agency = ?",
    "tasks": "SELECT t.ref AS task, t.incident AS ref, t.number, t.added_by, t.owner, t.due, t.done_at FROM incident i"
    " JOIN task t ON t.incident = i.ref WHERE i.agency = ?",
    "terms": "SELECT source_language, target_language, source, target, author FROM term WHERE agency = ?",
    "corrections": "SELECT source, target, text, author, made_at FROM correction WHERE agency = ?",
    "handovers": "SELECT h.ref AS handover, h.post, h.outgoing, h.incoming, h.state, h.started_at, h.ended_at"
    " FROM handover h JOIN duty_post p ON p.name = h.post WHERE p.agency = ?",
    "handover notes": "SELECT s.ref AS handover, s.number, s.kind, s.text, s.by, s.at FROM handover_said s"
    " JOIN handover h USING (ref) JOIN duty_post p ON p.name = h.post WHERE p.agency = ? ORDER BY s.ref, s.number",
    "minutes": f"SELECT m.sitting, m.number, m.kind, m.text, m.by, m.at, m.about AS ref FROM minute m {_HELD}"
    f" AND {_UNMARKED} ORDER BY m.sitting, m.number",
    "minutes marked": f"SELECT m.sitting, m.number, m.kind, m.by, m.at FROM minute m {_HELD} AND NOT {_UNMARKED}",
}


class MineStore:
    """Reads tables of all nouns; writes none."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of_person(self, user_id: str) -> dict[str, list[dict[str, Any]]]:
        """Return what is kept about a person, by what it is; what there is nothing of is left out."""
        return await self._read(_OF_A_PERSON, user_id)

    async def of_agency(self, code: str) -> dict[str, list[dict[str, Any]]]:
        """Return what an agency has originated, by what it is."""
        return await self._read(_OF_AN_AGENCY, code)

    async def _read(self, queries: dict[str, str], value: str) -> dict[str, list[dict[str, Any]]]:
        found = {}
        for name, sql in queries.items():
            if rows := await self._db.rows(sql, value):
                found[name] = [{key: row[key] for key in row.keys()} for row in rows]  # noqa: SIM118 - a Row is no dict
        return found
