"""Real models, one worker for most tests."""

from __future__ import annotations

import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.translation import Translator

DATA = Path(__file__).parent.parent / "data" / "models"
SPANISH = (DATA / "translate-en_es-1_0.argosmodel", DATA / "translate-es_en-1_0.argosmodel")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter pair (in its package) and the two Spanish ones."""
    folder = tmp_path_factory.mktemp("models")
    for package in SPANISH:
        with zipfile.ZipFile(package) as archive:
            archive.extractall(folder / "argos")
    return folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def translator(models: Path) -> AsyncIterator[Translator]:
    """A translator whose worker all tests of the session share."""
    made = Translator(models)
    await made.start()
    yield made
    await made.close()
