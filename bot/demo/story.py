"""The demo: a short story, played by real programs and checked at every step."""

from __future__ import annotations

import asyncio
import logging
import signal
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path

import aiohttp
from mautrix.errors import MatrixError
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.demo.homeserver import Homeserver, HomeserverMissing, HomeserverRefused
from bot.demo.process import NotReady
from bot.demo.stage import MODELS, Stage

_FAULTS = (
    AssertionError,
    HomeserverRefused,
    MatrixError,
    NotReady,
    OSError,
    TimeoutError,
    aiohttp.ClientError,
)


async def play(once: bool, port: int | None, console: Console | None = None) -> int:
    """Play the story and print it; return 0, 1 when a step failed, 2 when something is missing.

    Without `once` all stays up afterwards until Ctrl-C.
    """
    console = console or Console()
    # mautrix tells of every slow query; the transcript is for people.
    logging.getLogger("mau").setLevel(logging.ERROR)
    if missing := _missing():
        for sentence in missing:
            console.print(Text(f"liaison demo: {sentence}", "red"))
        return 2
    with (
        _interruption() as interrupted,
        tempfile.TemporaryDirectory(prefix="liaison-demo-", ignore_cleanup_errors=True) as folder,
    ):
        async with AsyncExitStack() as stack:
            stage = Stage(Path(folder), port, console)
            told = await _unless(interrupted, _tell(stage, stack))
            if told is None:
                console.print("\nStopped.")
                return 130
            if told and not once:
                _invite(stage)
                await interrupted.wait()
                console.print("\nEnding everything.")
    return 0 if told else 1


def _missing() -> list[str]:
    """Return a sentence for each thing that the demo needs and that is not there."""
    sentences = []
    try:
        Homeserver(Path("unused"))
    except HomeserverMissing as error:
        sentences.append(str(error))
    if not list(MODELS.glob("*.argosmodel")):
        sentences.append(f"There are no models in {MODELS}: the demo needs a source checkout.")
    return sentences


@contextmanager
def _interruption() -> Iterator[asyncio.Event]:
    """Yield an event that is set by Ctrl-C or SIGTERM, which end nothing by themselves meanwhile."""
    event, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, event.set)
    try:
        yield event
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _unless(interrupted: asyncio.Event, work: Coroutine[None, None, bool]) -> bool | None:
    """Return what `work` returns, or None when the event came first and the work was given up."""
    task = asyncio.create_task(work)
    alarm = asyncio.create_task(interrupted.wait())
    await asyncio.wait({task, alarm}, return_when=asyncio.FIRST_COMPLETED)
    alarm.cancel()
    if task.done():
        return task.result()
    task.cancel()
    await asyncio.wait({task})
    return None


async def _tell(stage: Stage, stack: AsyncExitStack) -> bool:
    """Play every act; on a failure print what failed and return False."""
    began = asyncio.get_running_loop().time()
    try:
        for act in (_opening, _languages, _orders, _restart, _closing):
            await act(stage, stack)
    except _FAULTS as error:
        stage.console.print()
        stage.console.print(Text(f"The demo failed: {error or type(error).__name__}", "bold red"))
        # A program that did not start has its log in the message already.
        if not isinstance(error, NotReady):
            log = "\n".join(stage.liaison.log.splitlines()[-25:])
            stage.console.print(Text(f"The end of the bot's log:\n{log}", "dim"))
        return False
    seconds = asyncio.get_running_loop().time() - began
    stage.console.print(Text(f"Every step was checked and was as it must be ({seconds:.0f} s).", "bold green"))
    return True


async def _opening(stage: Stage, stack: AsyncExitStack) -> None:
    stage.heading(
        "Liaison: one room, three languages",
        "Three officers of three countries share one encrypted Matrix room and no language. Everything below"
        " is real: a homeserver, the bot, and clients that trust the bot no more than any other device.\n"
        "🔒 the message was end-to-end encrypted   ✓ its sender's device is signed by its owner",
    )
    await stage.open(stack)
    await stage.gather()


async def _languages(stage: Stage, stack: AsyncExitStack) -> None:
    stage.heading(
        "Act 1: everyone writes in their own language",
        "Liaison answers each message with a translation for those who need one. Number plates, grids and"
        " times are never given to the translator: they come out byte for byte as they went in.",
    )
    lines: list[tuple[str, str, list[str]]] = [
        ("Ana", "Vemos uma carrinha branca perto da ponte.", []),
        ("Diego", "La furgoneta blanca con matrícula 1234 BCD está en la puerta norte.", ["1234 BCD"]),
        ("Kate", "Do not approach the van.", []),
        ("Ana", "Posição 29T NE 12345 67890, hora 14:30.", ["29T NE 12345 67890", "14:30"]),
        ("Kate", "The white van with plate 12-AB-34 is at the north gate.", ["12-AB-34"]),
        ("Diego", "Encontramos 12 paquetes en la furgoneta blanca.", ["12"]),
    ]
    for name, text, keeps in lines:
        await stage.translated(await stage.says(name, text), name, keeps)
    stage.leftovers()


async def _orders(stage: Stage, stack: AsyncExitStack) -> None:
    stage.heading(
        "Act 2: commands, answered in one's own language",
        "A message that begins with ! is for the bot, in English or in one's own words. Ana says that she also"
        " reads English, so she is spared translations from English; Diego asks what this bot is.",
    )
    reply = await stage.commands("Ana", "!idioma pt lê:en", "language")
    _is_written_in(reply.body, "pt")
    stage.person("Ana").also_reads.add("en")
    reply = await stage.commands("Diego", "!info", "about")
    _is_written_in(reply.body, "es")
    event_id = await stage.says("Kate", "We need the ambulance at the bridge now.")
    await stage.translated(event_id, "Kate")


async def _restart(stage: Stage, stack: AsyncExitStack) -> None:
    stage.heading(
        "Act 3: the bot is away for a moment",
        "The bot is stopped, as for an update. What is written meanwhile is translated when it is back, and"
        " nothing is translated twice.",
    )
    code = await stage.liaison.stop()
    assert code == 0, f"the bot ended with {code} when it was asked to stop"
    stage.note("Liaison was stopped (SIGTERM, exit code 0).")
    written = [
        ("Ana", await stage.says("Ana", "Estamos a seguir a carrinha branca em direção à fronteira.")),
        ("Diego", await stage.says("Diego", "El conductor no lleva armas.")),
    ]
    await stage.liaison.start(60)
    stage.note("Liaison runs again.")
    for name, event_id in written:
        await stage.translated(event_id, name)
    event_id = await stage.says("Kate", "Stop the van at the north gate.")
    await stage.translated(event_id, "Kate")


async def _closing(stage: Stage, stack: AsyncExitStack) -> None:
    stage.leftovers()
    stage.verify()
    stage.console.print()


def _is_written_in(text: str, language: str) -> None:
    """AssertionError unless the text looks like that language among the three."""
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(["en", "es", "pt"])
    found = identifier.classify(text)[0]
    assert found == language, f"the reply looks like {found}, not {language}: {text!r}"


def _invite(stage: Stage) -> None:
    """Print how to look at it with a Matrix client."""
    stage.heading(
        "Have a look yourself",
        "All of it stays up until Ctrl-C. Any Matrix client on this machine that accepts plain http for a"
        " local address will do, Element Desktop for one: choose “Edit” beside the homeserver, enter the"
        " address, sign in with a user name and password, and verify the new session with the recovery key."
        " From then on the bot and the others trust it (messages from before stay unreadable to it). Write"
        " something, or !help.\n"
        "The Spanish here comes from a small model that knows sentences about borders only, such as those above;"
        " of anything else it makes nonsense. The models that an operator installs are better.",
    )
    stage.console.print(Text(f"Homeserver: {stage.homeserver.url}", "bold"))
    accounts = Table("User name", "Language", "Password", box=None)
    keys = Table("User name", "Recovery key", box=None)  # apart: in 80 columns each is one line, to be copied
    for person in stage.people:
        accounts.add_row(person.name.lower(), person.language, person.password)
        keys.add_row(person.name.lower(), stage.officers[person.name].recovery_key)
    stage.console.print(accounts)
    stage.console.print(keys)
    stage.console.print(Text(f"Files and logs: {stage.folder}   End all of it: Ctrl-C", "dim"))
