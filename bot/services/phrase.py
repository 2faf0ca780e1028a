"""Approved phrases in a room: in which languages those present need one."""

from __future__ import annotations

from dataclasses import dataclass

from bot.config import Config, ConfigError
from bot.config.phrases import own_phrases, shipped_phrases
from bot.model.person import Actor, LanguageCode
from bot.model.phrase import Phrase, Phrasebook
from bot.services.person import PersonService


@dataclass(frozen=True, slots=True)
class Spoken:
    """A phrase as a room needs it: its wording by language, and the languages of those present that have none."""

    texts: dict[str, str]
    missing: tuple[LanguageCode, ...]


def phrasebook(config: Config) -> Phrasebook:
    """Return the phrases that come with Liaison and then the task force's own; raise ConfigError for a faulty file."""
    shipped = shipped_phrases()
    taskforce = config.taskforce
    if taskforce.phrases_file is None:
        return Phrasebook(shipped.topics, shipped.wordings)
    own, faults = own_phrases(taskforce.phrases_file, taskforce.languages)
    if faults:
        raise ConfigError([f"taskforce.phrases_file: {fault}" for fault in faults])
    topics = {topic: {**names, **shipped.topics.get(topic, {})} for topic, names in own.topics.items()}
    return Phrasebook({**shipped.topics, **topics}, {**shipped.wordings, **own.wordings})


class PhraseService:
    """Knows the approved phrases, and who needs them in which language."""

    def __init__(self, phrases: Phrasebook, person: PersonService) -> None:
        self.phrases = phrases
        self._person = person

    async def spoken(self, phrase: Phrase, room_id: str, actor: Actor) -> Spoken:
        """Return *phrase* in the language of *actor*, then in those of all others whom the room serves.

        Who reads a language that has no wording gets the one of their interface.
        """
        readers = [(actor.language, actor.menus), *await self._person.languages_of(room_id)]
        found = [code for own, menus in readers if (code := phrase.language(own, menus))]
        missing = [own.base for own, _ in readers if phrase.language(own) is None]
        texts = {code: phrase.wordings[code] for code in dict.fromkeys(found)}
        return Spoken(texts or {"en": phrase.wording()}, tuple(dict.fromkeys(missing)))
