"""The end of the incident story: its digest in three languages, and a pack that a machine with only Python checks."""

from __future__ import annotations

import asyncio
import io
import os
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path

from bot.services.export import verify

from ..export.test_every_byte import other, places
from .digests import Given, Tags, given, pixels
from .incident_story import Vessel
from .rooms import record

READERS = {"kate": "en", "rui": "el", "ana": "pt"}
SHOWN = {"opened": 2, "changed": 0, "contained": 0, "closed": 2, "reopened": 0, "carried": 0, "overdue": 0}
"""Two were declared, and both are closed: one as a duplicate, one as resolved."""
SAID = {
    "en": ("Digest, ", "New: 2 ", "Closed: 2 ", "New by type: vessel: 2"),
    "el": ("Σύνοψη, ", "Νέα συμβάντα: 2 ", "Έκλεισαν: 2 ", "Νέα συμβάντα κατά είδος: σκάφος: 2"),
    "pt": ("Resumo, ", "Novas: 2 ", "Encerradas: 2 ", "Novas por tipo: embarcação: 2"),
}
AREA, SPOTS = "29S ND 1 6", ("29S ND 12345 67890", "29S ND 12400 67900")
SAMPLED = 200
KEPT = "STORY_DIGEST"
"""Names, in the environment, a folder in which what was read is kept, to be looked at."""


async def read_digest(vessel: Vessel, refs: tuple[str, str]) -> None:
    """Have three leads ask for the digest of the day in the room, each in their language; Kate reads all of them."""
    kate = vessel.officers["kate"]
    for who, language in READERS.items():
        one = await given(vessel.officers[who], vessel.rooms["north"], "!digest now", kate)
        await asyncio.to_thread(_keep, language, one)
        assert one.record["counts"] == SHOWN and one.record["handling"] == "TLP:AMBER", one.record
        for text in (*SAID[language], *refs, f"{AREA}: 2", "ESP-GC: 1", "PRT-GNR: 1", "TLP:AMBER"):
            assert text in one.text, f"{text} is not in {one.text}"
        assert pixels(one.picture)[0] == 1000
        page = Tags(one.page)
        assert page.tags[0] == "html" and one.page.rstrip().endswith("</html>") and SAID[language][0] in page.words
        for text in (*refs, *SPOTS, AREA):
            assert text in page.words, f"{text} is not in the file in {language}"
        assert f'lang="{language}"' in one.page and {"img", "link"}.isdisjoint(page.tags)
        assert not re.search(r"https?:", one.page.replace("http-equiv", ""))


async def given_away(vessel: Vessel, ref: str, folder: Path) -> None:
    """Have Kate ask for a pack for Diego's agency, and Ana agree; see that it holds, unless a byte is changed."""
    asked = await vessel.asks("kate", f"!incident export {ref} to ESP-GC for cooperation")
    assert not _packs(vessel), "nothing is given by one alone"
    await vessel.answers("ana", await vessel.rung("ana", "incident export"), "export", ref[-2:])
    kate = vessel.officers["kate"]
    posted = await kate.hears(lambda heard: str(heard.content.get("filename", "")).endswith("-ESP-GC.zip"))
    assert posted.encrypted and "url" not in posted.content and record(asked)["ok"]
    await asyncio.to_thread(_checks, await kate.read_file(posted), folder)


def _packs(vessel: Vessel) -> list[str]:
    return [one.body for one in vessel.officers["kate"].heard if one.body.endswith(".zip")]


def _checks(data: bytes, folder: Path) -> None:
    """Check the pack as somebody does who has it, Python, and nothing else; then with each of many bytes changed."""
    folder.mkdir()
    pack, chance = folder / "pack.zip", random.Random(16)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        (folder / "verify.py").write_bytes(program := found.read("verify.py"))
    assert program == Path(verify.__file__).read_bytes(), "what is run in this process below is the same"
    pack.write_bytes(data)
    done = _alone(folder)
    assert done.returncode == 0 and "all of it holds" in done.stdout and "complete" in done.stdout, done.stdout
    ends = [(what, at) for what, at in places(data) if what.startswith(("the first", "the middle", "the last"))]
    assert len(ends) > 40
    for what, at in ends:
        pack.write_bytes(other(data, at, chance))
        done = _alone(folder)
        assert done.returncode == 1 and done.stdout.startswith("WRONG") and not done.stderr, what
    anywhere = ((f"byte {at}", at) for at in chance.sample(range(len(data)), SAMPLED))
    for what, at in (*places(data), *anywhere):
        pack.write_bytes(other(data, at, chance))
        assert verify.main([str(pack)]) == 1, what
    pack.write_bytes(data)
    assert _alone(folder).returncode == 0, "and holds again as it was"


def _alone(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the program that came in the pack: no packages, nothing of ours on its path, no environment."""
    line = [sys.executable, "-I", "-S", "verify.py", "pack.zip"]
    return subprocess.run(line, capture_output=True, text=True, timeout=60, cwd=folder, env={}, check=False)


def _keep(language: str, one: Given) -> None:
    if name := os.environ.get(KEPT):
        folder = Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{language}.txt").write_text(one.text + "\n", "utf-8")
        (folder / f"{language}.png").write_bytes(one.picture)
        (folder / f"{language}.html").write_bytes(one.file)
