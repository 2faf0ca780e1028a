"""The configuration in force. A running bot takes over what is safe of a file that was read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.config.sections import Config, Section

RELOADED = frozenset(
    {
        "storage.backup_recipient",
        "taskforce.name",
        "taskforce.language",
        "taskforce.timezone",
        "privacy",
        "retention",
        "agencies",
        "roles",
        "access.servers",
        "access.invites_from",
        "access.require_encryption",
        "monitors",
        "witnesses",
        "limits",
        "incident.answer_minutes",
        "incident.cadence_minutes",
        "incident.quiet",
        "incident.unvalidated",
        "incident.review_days",
        "incident.review_from",
        "shift",
        "handling",
    }
)
"""Tables and keys that are read anew for each event, so that they may change at any moment; others need a restart."""


@dataclass(frozen=True, slots=True)
class Changes:
    """The keys in which a file differs from what was in force: those that are now, and those that need a restart."""

    taken: tuple[str, ...]
    waiting: tuple[str, ...]


class Current:
    """Holds the configuration in force: read `now` at each event, and keep no part of it."""

    def __init__(self, config: Config) -> None:
        self.now = self._read = config
        self._lost: frozenset[str] = frozenset()

    def lose(self, people: frozenset[str]) -> None:
        """Serve nobody of *people*, and take their roles away, until they are not named any more."""
        self._lost = people
        self.now = self._read.without(people)

    def renew(self, new: Config) -> Changes:
        """Let the safe parts of *new* be in force, all at once; return what changed."""
        changed = set(_differences(self._read, new))
        taken = {key for key in changed if key in RELOADED or key.partition(".")[0] in RELOADED}
        if "taskforce.languages" in changed:
            # The task force's language is one of its working languages, and these stay until the restart.
            taken.discard("taskforce.language")
        self._read = _with(self._read, new, taken)
        self.now = self._read.without(self._lost) if self._lost else self._read
        return Changes(tuple(sorted(taken)), tuple(sorted(changed - taken)))


def _differences(old: Config, new: Config) -> Iterator[str]:
    """Yield the keys that differ, such as `roles.lead`; of a list of tables, such as `agencies`, the list's."""
    for name, value in old:
        other = getattr(new, name)
        if isinstance(value, Section):
            yield from (f"{name}.{key}" for key, part in value if part != getattr(other, key))
        elif value != other:
            yield name


def _with(old: Config, new: Config, keys: set[str]) -> Config:
    """Return *old* with the values that *new* has for *keys*."""
    sections = {}
    for name, value in old:
        if isinstance(value, Section):
            parts = {key: getattr(getattr(new, name), key) for key, _ in value if f"{name}.{key}" in keys}
            sections[name] = value.model_copy(update=parts)
        elif name in keys:
            sections[name] = getattr(new, name)
    return old.model_copy(update=sections)
