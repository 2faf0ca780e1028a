"""A real encrypted database in a folder of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store import Store
from bot.store.database import Database

from ..fakes import opened
from ..world import world as world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the test's database is."""
    return tmp_path / "data" / "liaison.db"


@pytest_asyncio.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    """Return the open database."""
    async with opened(path) as (database, _):
        yield database


@pytest.fixture
def store(database: Database) -> Store:
    """Return the tables of the open database."""
    return Store(database)
