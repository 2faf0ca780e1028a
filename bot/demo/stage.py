"""The stage of the demo: a homeserver, the bot, three officers, and a transcript of what they see."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.demo.heard import Heard
from bot.demo.homeserver import CHECKOUT, Homeserver
from bot.demo.liaison import Liaison
from bot.demo.officer import Officer, new_password

MODELS = CHECKOUT / "tests" / "data" / "models"
SERVER = "example.org"
_LANGUAGES = {"en": "English", "es": "Spanish", "pt": "Portuguese"}
_LIMIT = 30.0
# Marks that keep a right-to-left name from turning a line around: clients obey them, terminals print them.
_INVISIBLE = dict.fromkeys([0x2066, 0x2067, 0x2068, 0x2069])


@dataclass(slots=True)
class Person:
    """One of the three: who they are, their client, and what else they read."""

    name: str
    language: str
    agency: str
    country: str
    timezone: str
    colour: str
    password: str = field(default_factory=new_password, repr=False)
    also_reads: set[str] = field(default_factory=set)

    @property
    def user_id(self) -> str:
        """The person's Matrix user id."""
        return f"@{self.name.lower()}:{SERVER}"

    def needs(self, language: str) -> bool:
        """Return whether the person needs a translation of what is written in that language."""
        return language != self.language and language not in self.also_reads

    @property
    def about(self) -> str:
        """One line that introduces the person."""
        return f"{self.name} of {self.agency} writes {_LANGUAGES[self.language]}"


def cast() -> list[Person]:
    """Return the three officers."""
    return [
        Person("Ana", "pt", "PRT-GNR", "PT", "Europe/Lisbon", "green"),
        Person("Diego", "es", "ESP-GC", "ES", "Europe/Madrid", "yellow"),
        Person("Kate", "en", "GBR-BF", "GB", "Europe/London", "cyan"),
    ]


class Stage:
    """Everything that runs during the demo; `open` builds it and the exit stack takes it down again."""

    def __init__(self, folder: Path, port: int | None, console: Console) -> None:
        """Keep where everything will be; nothing is started."""
        self.folder = folder
        self.console = console
        self.people = cast()
        self.officers: dict[str, Officer] = {}
        self.room_id = ""
        self.homeserver = Homeserver(folder / "homeserver", port=port, server_name=SERVER)
        self.liaison = Liaison(
            folder / "liaison", self.homeserver.url, f"@liaison:{SERVER}", new_password(), self._tables()
        )
        self._shown: set[str] = set()
        self._said: dict[str, str] = {}
        self._last = ""

    def _tables(self) -> dict[str, Any]:
        agencies = [
            {
                "code": person.agency,
                "country": person.country,
                "language": person.language,
                "timezone": person.timezone,
                "members": [person.user_id],
            }
            for person in self.people
        ]
        return {
            "storage": {"directory": "data"},
            "taskforce": {
                "code": "BRAVO",
                "name": "Joint Task Force Bravo",
                "language": "en",
                "languages": ["en", "pt", "es"],
                "timezone": "Europe/Lisbon",
            },
            "privacy": {"controller": "Joint Operations Centre", "contact": f"privacy@{SERVER}"},
            "agencies": agencies,
            "roles": {"lead": [self.people[0].user_id]},
            "access": {"servers": [SERVER]},
        }

    async def open(self, stack: AsyncExitStack) -> None:
        """Start the homeserver, the bot and the officers, each ended by the stack."""
        await stack.enter_async_context(self.homeserver)
        self.note(f"A Synapse homeserver runs at {self.homeserver.url}, for {SERVER}, on this machine alone.")
        password = (self.liaison.folder / "secrets" / "password").read_text("utf-8")
        await self.homeserver.register("liaison", password)
        for person in self.people:
            await self.homeserver.register(person.name.lower(), person.password)
        await self._install_models()
        stack.push_async_callback(self.liaison.kill)
        await self.liaison.start(60)
        self.note("The bot runs as a program of its own and has signed its device (cross-signing).")
        for person in self.people:
            folder = self.folder / person.name.lower()
            officer = Officer(self.homeserver.url, person.user_id, person.password, folder, person.name)
            stack.push_async_callback(officer.stop)
            await officer.start()
            self.officers[person.name] = officer
            self.note(f"{person.about}, with a client of another make (mautrix).")

    async def _install_models(self) -> None:
        files = [str(file) for file in sorted(MODELS.glob("*.argosmodel"))]
        code, output = await self.liaison.command("models", "install", *files, "--config", str(self.liaison.config))
        assert code == 0, f"the Spanish models were not installed:\n{output}"
        self.note("English ↔ Portuguese comes with the bot; small English ↔ Spanish models were installed.")

    def person(self, name: str) -> Person:
        """Return the person of that name."""
        return next(person for person in self.people if person.name == name)

    # What happens

    async def gather(self) -> None:
        """The lead opens an encrypted room and invites everyone; wait until all have joined."""
        lead, *others = (self.officers[person.name] for person in self.people)
        everyone = {self.liaison.user_id} | {officer.user_id for officer in self.officers.values()}
        self.room_id = await lead.create_room("Border North", sorted(everyone - {lead.user_id}))
        for officer in others:
            await officer.join(self.room_id)
        for user_id in sorted(everyone):
            await lead.hears(self._joined(user_id), _LIMIT)
        self.note("Ana, a lead, opened the encrypted room “Border North”; all of them and Liaison are in it.")

    def _joined(self, user_id: str) -> Callable[[Heard], bool]:
        def predicate(heard: Heard) -> bool:
            member = heard.type == "m.room.member" and heard.room_id == self.room_id
            return member and heard.sender == user_id and heard.content.get("membership") == "join"

        return predicate

    async def says(self, name: str, text: str) -> str:
        """Have somebody write a message, show it as another's client decrypts it, and return its id."""
        event_id = await self.officers[name].say(self.room_id, text)
        witness = self._witness(name)
        heard = await self.officers[witness.name].hears(lambda heard: heard.event_id == event_id, _LIMIT)
        self._check(heard)
        assert heard.body == text, f"{witness.name} read {heard.body!r} instead of {text!r}"
        self._print(self.person(name), heard)
        return event_id

    async def translated(self, event_id: str, name: str, keeps: Iterable[str] = ()) -> None:
        """Wait until every reader has that message in their language, with each string of `keeps` in it."""
        sender = self.person(name)
        readers = [person for person in self.people if person.needs(sender.language)]
        for reader in readers:
            heard = await self.officers[reader.name].hears(_translation(event_id, reader.language), _LIMIT)
            assert heard.sender == self.liaison.user_id, f"{heard.sender} translated instead of the bot"
            self._check(heard)
            made = texts(heard, event_id)
            text = made[reader.language]
            for kept in keeps:
                assert kept in text, f"{kept!r} is not in the {reader.language} text {text!r}"
            needless = made.keys() - {person.language for person in readers}
            assert not needless, f"nobody needs {', '.join(sorted(needless))} of “{self._said[event_id]}”"
            self._print(None, heard, reader)

    async def commands(self, name: str, text: str, command: str) -> Heard:
        """Have somebody give a command; wait for the bot's reply, which must say that it worked."""
        event_id = await self.says(name, text)
        heard = await self.officers[name].hears(lambda heard: _record(heard).get("to") == event_id, _LIMIT)
        record = _record(heard)
        self._check(heard)
        self._print(None, heard, self.person(name))
        assert record.get("ok") is True, f"{text!r} was refused: {record.get('error')}"
        assert record.get("command") == command, f"{text!r} was taken for {record.get('command')!r}"
        return heard

    def leftovers(self) -> None:
        """Show what the bot has said in the room and nobody waited for."""
        witness = self.people[-1]
        for heard in self.officers[witness.name].heard:
            mine = heard.sender == self.liaison.user_id and heard.type == "m.room.message"
            if mine and heard.room_id == self.room_id:
                self._check(heard)
                if _record(heard).get("kind") == "notice" and heard.event_id not in self._shown:
                    self.note("To those who have come into a room, Liaison says who it is:")
                self._print(None, heard, witness)

    def verify(self) -> None:
        """Check that all messages were encrypted, understood, from signed devices, and translated once."""
        for officer in self.officers.values():
            messages = [heard for heard in officer.heard if heard.type in ("m.room.message", "m.room.encrypted")]
            for heard in messages:
                self._check(heard)
            pairs = [
                (source, language)
                for heard in messages
                if heard.relation.get("rel_type") != "m.replace"
                for source, language in _translates(heard)
            ]
            assert len(pairs) == len(set(pairs)), "a message was translated twice into one language"

    def _check(self, heard: Heard) -> None:
        assert heard.error is None, f"{heard.event_id} of {heard.sender} cannot be read: {heard.error}"
        assert heard.encrypted, f"{heard.event_id} of {heard.sender} was not encrypted"
        trusted = heard.trust in ("cross-signed-tofu", "cross-signed-trusted", "verified")
        assert trusted, f"the device of {heard.sender} is {heard.trust}, not cross-signed"

    def _witness(self, name: str) -> Person:
        return next(person for person in reversed(self.people) if person.name != name)

    # The transcript

    def heading(self, title: str, explanation: str) -> None:
        """Print the beginning of an act."""
        self.console.print()
        self.console.rule(Text(title, "bold"), align="left")
        self.console.print(Text(f"{explanation}\n", "italic"))

    def note(self, text: str) -> None:
        """Print what happens behind the scenes."""
        self.console.print(Text(f"  · {text}", "dim"))

    def _print(self, author: Person | None, heard: Heard, reader: Person | None = None) -> None:
        """Print a message once: an officer's at the margin, the bot's below, as its reader decrypted it."""
        if heard.event_id in self._shown:
            return
        self._shown.add(heard.event_id)
        seal = "🔒✓" if heard.encrypted and heard.trust != "unverified" else "⚠"
        if author is not None:
            self._said[heard.event_id] = f"{author.name}: {heard.body}"
            self._last = heard.event_id
            name = (f"{author.name} ({author.language}) ", f"bold {author.colour}")
            self.console.print(Text.assemble(name, f"{seal} ", heard.body))
            return
        whose = f", on {reader.name}'s client" if reader is not None else ""
        answered = heard.replies_to or ""
        far = f", in answer to “{self._said[answered]}”" if answered in self._said.keys() - {self._last} else ""
        self.console.print(_indented(Text(f"↳ Liaison {seal}{whose}{far}", "magenta"), 4))
        self.console.print(_indented(Text(heard.body.translate(_INVISIBLE)), 6))


def _indented(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def texts(heard: Heard, event_id: str) -> dict[str, str]:
    """Return that message's translations by language, as far as this event of the bot's carries them."""
    record = _record(heard)
    if record.get("kind") == "translation" and record.get("source") == event_id:
        return dict(record["texts"])
    if record.get("kind") == "catchup" and event_id in record.get("sources", []):
        place = record["sources"].index(event_id)
        return {language: lines[place] for language, lines in record["texts"].items()}
    return {}


def _translates(heard: Heard) -> list[tuple[str, str]]:
    record = _record(heard)
    sources = record.get("sources", [record.get("source")])
    return [(source, language) for source in sources if source for language in texts(heard, source)]


def _translation(event_id: str, language: str) -> Callable[[Heard], bool]:
    return lambda heard: language in texts(heard, event_id)


def _record(heard: Heard) -> dict[str, Any]:
    record = heard.content.get("org.liaison", {})
    return record if isinstance(record, dict) else {}
