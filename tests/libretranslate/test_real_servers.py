"""Two real LibreTranslate servers behind the bot's pipeline: what they make of it, and what one of them dying costs."""

from __future__ import annotations

import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path

import pytest

from bot.model.translation import Flag, Translation
from bot.translation import Translator
from bot.translation.engine import LIBRETRANSLATE

from ..translation.conftest import SPANISH
from . import load
from .server import Server, installed, libretranslate

pytestmark = [pytest.mark.soak, pytest.mark.timeout(600)]

KEY = "a-real-key"
VAN = "The white van with plate 77-XY-01 is at the checkpoint."
FURGONETA = "La furgoneta blanca con matrícula 77-XY-01 está en el puesto de control."
MESSAGES = 400
Table = list[tuple[str, object]]


def translating(
    urls: Sequence[str], models: Path, engines: Sequence[str] = (LIBRETRANSLATE,), key: str = KEY
) -> AbstractAsyncContextManager[Translator]:
    return load.translating(urls, models, engines, key)


async def spanish(translator: Translator, text: str = VAN) -> Translation:
    return await load.spanish(translator, text)


@pytest.fixture
def nothing(tmp_path: Path) -> Path:
    """Return a folder without a model."""
    folder = tmp_path / "nothing"
    folder.mkdir()
    return folder


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """Return a folder with the model from English to Spanish, and none back."""
    (tmp_path / "models").mkdir()
    installed(SPANISH[:1], tmp_path)
    shutil.move(tmp_path / "argos-translate" / "packages", tmp_path / "models" / "argos")
    return tmp_path / "models"


async def test_two_servers_one_of_which_dies(tmp_path: Path, nothing: Path, there: Path) -> None:
    table: Table = []
    async with AsyncExitStack() as stack:
        began = time.monotonic()
        one, other = [await stack.enter_async_context(_server(tmp_path / name)) for name in ("one", "other")]
        table.append(("two servers ready after", f"{time.monotonic() - began:.0f} s"))
        await _right(one, nothing)
        await _keys(one, nothing)
        await _preferences([one.url], there)
        table += await _throughput([one, other], nothing)
        table += await _failover(one, other, nothing)
        await _back_home(other, there)
    sys.stdout.write("\n| LibreTranslate | |\n| --- | --- |\n" + "".join(f"| {what} | {n} |\n" for what, n in table))


def _server(folder: Path) -> AbstractAsyncContextManager[Server]:
    folder.mkdir()
    return libretranslate(folder, SPANISH, KEY)


async def _right(one: Server, nothing: Path) -> None:
    """What comes back is right, what is protected is whole, labels stand in front."""
    async with translating([one.url], nothing) as translator:
        made = await spanish(translator)
        assert (made.text, made.engine, made.route, made.flags) == (FURGONETA, LIBRETRANSLATE, ("en", "es"), ())
        assert (await spanish(translator, f"TLP:AMBER {VAN}")).text == f"TLP:AMBER {FURGONETA}"
        back = (await translator.translate(FURGONETA, "es", ["en"]))["en"]
        assert back.text == VAN
        several = await spanish(translator, f"{VAN} Do not approach the van.\n\nWhere is the driver?")
        assert several.text == f"{FURGONETA} No se acerque a la furgoneta.\n\n¿Dónde está el conductor?"
        tokens = ("29TNF 12345 67890", "22:45", "+351 912 345 678", "https://example.org/a?b=1", "@ana:gnr.example")
        for token in tokens:
            kept = await spanish(translator, f"The red truck at {token} has stopped at the bridge.")
            assert kept.text.count(token) == 1 and token in kept.protected


async def _keys(one: Server, nothing: Path) -> None:
    """A wrong key and no key are refused; a server that does not take our key is left alone."""
    for key in ("wrong", ""):
        async with translating([one.url], nothing, key=key) as translator:
            assert translator.pairs
            made = await spanish(translator)
            assert (made.flags, made.engine) == ((Flag.UNAVAILABLE,), "")
            # A wrong key is 403; none at all is 400, which a text may be the cause of: only a row of them counts.
            assert bool(translator.pairs) == (not key)


async def _preferences(urls: Sequence[str], there: Path) -> None:
    """The engine that is preferred serves each pair that it has, the other one those that it has not."""
    for engines, forth in (("argos", LIBRETRANSLATE), "argos"), ((LIBRETRANSLATE, "argos"), LIBRETRANSLATE):
        async with translating(urls, there, engines) as translator:
            assert (await spanish(translator)).engine == forth
            back = (await translator.translate(FURGONETA, "es", ["en"]))["en"]
            assert (back.engine, back.text) == (LIBRETRANSLATE, VAN)


def _messages(count: int) -> list[str]:
    return [f"We see {number} trucks at the bridge." for number in range(2, count + 2)]


async def _throughput(servers: Sequence[Server], nothing: Path) -> Table:
    """As many messages at once as a busy room has in a quarter of an hour, by one server and by two."""
    rows: Table = []
    for some in (servers[:1], servers):
        async with translating([server.url for server in some], nothing) as translator:
            seen = await load.burst(translator, _messages(MESSAGES))
            assert {one.engine for one in seen.made} == {LIBRETRANSLATE}
            rows.append((f"messages a second, {len(some)} server(s)", f"{seen.rate:.0f}"))
    return rows


async def _failover(one: Server, other: Server, nothing: Path) -> Table:
    """One of two is killed in the midst: every message is translated, by the other."""
    async with translating([one.url, other.url], nothing) as translator:
        seen = await load.failover(translator, _messages(MESSAGES), one)
    assert 0 < seen.under_way <= MESSAGES - MESSAGES // 4
    assert Counter(t.engine for t in seen.burst.made) == {LIBRETRANSLATE: MESSAGES}
    assert seen.burst.lost == 0
    return [
        ("messages under way when one of two was killed; lost", f"{seen.under_way}; {seen.burst.lost}"),
        ("the longest silence after that", f"{seen.burst.silence(seen.killed):.2f} s"),
        ("until all were translated", f"{max(seen.burst.done) - seen.killed:.1f} s"),
    ]


async def _back_home(other: Server, there: Path) -> None:
    """With no server left, the engine on this machine serves the pairs that it has, and the others are unavailable."""
    async with translating([other.url], there, (LIBRETRANSLATE, "argos")) as translator:
        assert (await spanish(translator)).engine == LIBRETRANSLATE
        await other.kill()
        made = await spanish(translator)
        assert (made.text, made.engine) == (FURGONETA, "argos")
        back = (await translator.translate(FURGONETA, "es", ["en"]))["en"]
        assert back.flags == (Flag.UNAVAILABLE,)
