"""A made-up day of a task force on a river between two countries, lived through command by command."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from gettext import GNUTranslations
from pathlib import Path

from bot.config import Config
from bot.i18n import Catalogues, Message
from bot.model.file import File
from bot.model.person import UserId
from bot.model.translation import Aids, Flag, Translation

from ...fakes import BOT, NO_AIDS, ROOM, FakeTranslator, configuration
from ...incident.scene import ref_of
from ...world import Person, World

FOLDER = Path(__file__).parent
ZONE = "Europe/Lisbon"
DAY = datetime(2026, 11, 21, tzinfo=UTC)
WEEK = timedelta(days=7)
PEOPLE = {
    "PRT-GNR": "@post-gnr:example.org",
    "ESP-GC": "@post-gc:example.org",
    "PRT-PM": "@patrol-pm:example.org",
    "GRC-HCG": "@crew-hcg:example.org",
}
"""Who speaks for each agency: posts and crews, no persons."""
COORDINATOR = "@coordinator-gnr:example.org"
DIRECT = "!coordinator:example.org"
TITLES = {
    "crossing": ("en", "Seven people waded across at low water", "Group on foot beside the railway bridge"),
    "smuggling": ("en", "Van with unstamped cigarettes turned back at the bridge", "Fuel drums below the jetty"),
    "trafficking": ("en", "Two minors without family in a lorry", "Minibus that has been here three times this week"),
    "document": ("pt", "Passaporte com página trocada", "Carta de condução que não existe"),
    "drugs": ("es", "Fardos en la playa tras la marejada", "Semirrígida descarga junto a la isla"),
    "vehicle": ("pt", "Camião parado sem condutor na A22", "Matrícula da lista de procura"),
    "rescue": ("en", "Dinghy without engine drifts out with the tide", "Man overboard off the bar"),
    "vessel": ("el", "Ταχύπλοο χωρίς φώτα ανεβαίνει τον ποταμό", "Αλιευτικό εκτός της ζώνης του"),
    "aircraft": (
        "en",
        "Drone above the ferry landing",
    ),
}
SPOTS = [
    (37.176, -7.405), (37.188, -7.412), (37.213, -7.418), (37.236, -7.424), (37.262, -7.443), (37.315, -7.425),
    (37.388, -7.447), (37.468, -7.469), (37.470, -7.465), (37.152, -7.372), (37.138, -7.331), (37.118, -7.436),
    (37.098, -7.29), (37.176, -7.31), (37.189, -7.398), (37.223, -7.447), (37.199, -7.55), (37.254, -7.33),
]  # fmt: skip


IN_ENGLISH = {
    "Passaporte com página trocada": "Passport with an exchanged page",
    "Carta de condução que não existe": "Driving licence that does not exist",
    "Fardos en la playa tras la marejada": "Bales on the beach after the swell",
    "Semirrígida descarga junto a la isla": "Inflatable boat unloads beside the island",
    "Camião parado sem condutor na A22": "Lorry without a driver stands on the A22",
    "Matrícula da lista de procura": "Number plate on the wanted list",
    "Ταχύπλοο χωρίς φώτα ανεβαίνει τον ποταμό": "Speedboat without lights goes up the river",
    "Αλιευτικό εκτός της ζώνης του": "Fishing boat outside its zone",
}


class Titles(FakeTranslator):
    """A translator that knows the English of the day's titles, and nothing else."""

    async def translate(
        self, text: str, source: str, targets: Sequence[str], aids: Aids = NO_AIDS
    ) -> dict[str, Translation]:
        """Return what is known of *text*, as an engine would have it."""
        made = await super().translate(text, source, targets, aids)
        return {
            target: replace(one, text=IN_ENGLISH[text]) if target == "en" and text in IN_ENGLISH
            else replace(one, text=text, flags=(Flag.UNAVAILABLE,), route=(), engine="")
            for target, one in made.items()
        }  # fmt: skip


class Watched(Catalogues):
    """Catalogues that know what had to be said in English for want of a translation: `missing`, by language."""

    def __init__(self, translations: Mapping[str, GNUTranslations]) -> None:
        super().__init__(translations)
        self._known = {
            language: {key[0] if isinstance(key, tuple) else key for key in vars(found)["_catalog"]}
            for language, found in translations.items()
        }
        self.missing: dict[str, set[str]] = {}

    def _pattern(self, message: Message, language: str) -> str:
        key = f"{message.context}\x04{message.text}" if message.context else message.text
        if language in self._known and key not in self._known[language]:
            self.missing.setdefault(language, set()).add(message.text)
        return super()._pattern(message, language)


def settings() -> Config:
    """Return the configuration of that task force."""
    own = {"PRT-GNR": ("pt", ZONE), "ESP-GC": ("es", "Europe/Madrid"), "PRT-PM": ("pt", ZONE),
           "GRC-HCG": ("el", "Europe/Athens")}  # fmt: skip
    agencies = [
        {
            "code": code,
            "country": {"PRT": "PT", "ESP": "ES", "GRC": "GR"}[code[:3]],
            "language": own[code][0],
            "timezone": own[code][1],
            "members": [f"@*{user[user.rindex('-') :]}"],
        }
        for code, user in PEOPLE.items()
    ]
    return configuration(
        taskforce={
            "code": "DELTA", "name": "Joint Task Force Guadiana", "languages": ["en", "pt", "es", "el", "ar"],
            "timezone": ZONE, "gazetteer": FOLDER / "points.csv", "map_lines": FOLDER / "lines.geojson",
        },
        agencies=agencies,
        roles={"coordinator": [COORDINATOR], "lead": [COORDINATOR]},
    )  # fmt: skip


@asynccontextmanager
async def lived(folder: Path, catalogues: Catalogues | None = None) -> AsyncIterator[World]:
    """Yield the world on the morning after that day."""
    world = World(folder / "day.db", settings())
    world.translator = Titles()
    world.catalogues = catalogues or Catalogues.load()
    await world.start()
    try:
        members = [UserId(BOT), *map(UserId, (*PEOPLE.values(), COORDINATOR))]
        world.rooms.joined[ROOM] = members
        world.rooms.joined[DIRECT] = [UserId(BOT), UserId(COORDINATOR)]
        world.clock.at = DAY - WEEK
        await _passes(world, DAY - WEEK, 17, 14)
        await _passes(world, DAY - timedelta(hours=30), 5, 2)
        await _passes(world, DAY, 31, 17)
        world.clock.at = DAY + timedelta(days=1, hours=6)
        yield world
    finally:
        await world.stop()


async def digest(world: World, language: str) -> tuple[File, File]:
    """Return the picture and the file that the coordinator gets in *language*."""
    before = len(world.files)
    await world.receives(COORDINATOR, f"!digest now yesterday lang:{language}", room=DIRECT)
    await world.settles()
    picture, file = world.files[before:]
    return picture, file


async def _passes(world: World, day: datetime, count: int, closed: int) -> None:
    """Let *count* incidents be declared in the 24 hours from *day* on, worked on, and *closed* of them be closed."""
    chance, lead = random.Random(day.day), Person(world, COORDINATOR)
    begins = sorted(chance.triangular(0, 22.5, 5) for _ in range(count))
    ends = {*chance.sample(range(count), closed)}
    steps = [(day + timedelta(hours=hours), number, "declare") for number, hours in enumerate(begins)]
    end, made = day + timedelta(hours=23, minutes=58), dict[int, tuple[Person, str]]()
    while steps:
        at, number, what = steps.pop(steps.index(min(steps)))
        world.clock.at = max(world.clock.at, min(at, end))
        if what == "declare":
            made[number] = await _declares(world, chance, number)
            if number % 4:
                steps.append((at + timedelta(minutes=chance.uniform(6, 50)), number, "note"))
            if number in ends:
                steps.append((at + timedelta(minutes=chance.uniform(60, 300)), number, "close"))
        elif what == "note":
            person, ref = made[number]
            other = chance.choice([user for user in PEOPLE.values() if user != person.user_id])
            await Person(world, other).says(f"!incident note {ref} Seen again")
        else:
            await lead.says(f"!incident close {made[number][1]} resolved")


async def _declares(world: World, chance: random.Random, number: int) -> tuple[Person, str]:
    """Let an incident be declared; return by whom, and its reference."""
    sort = chance.choices([*TITLES], [9, 4, 2, 3, 4, 4, 3, 4, 1])[0]
    language, *titles = TITLES[sort]
    agency = {"pt": "PRT-GNR", "es": "ESP-GC", "el": "GRC-HCG"}.get(language) or chance.choice([*PEOPLE])
    severity = chance.choices(["low", "medium", "high", "very_high"], [8, 10, 6, 1 + (sort == "rescue") * 5])[0]
    person = Person(world, PEOPLE[agency])
    north, east = SPOTS[chance.randrange(len(SPOTS))]
    place = f"{north + chance.uniform(-0.004, 0.004):.4f}, {east + chance.uniform(-0.004, 0.004):.4f}"
    at = f' at:"{place}"' if number % 8 else ""
    title = chance.choice(titles)
    world.translator.spoken[title] = language
    await person.says(f'!incident declare "{title}" type:{sort} severity:{severity}{at}')
    return person, str(ref_of(world, -1))
