"""What was said for a handover, and is taken back."""

from __future__ import annotations

from ..incident.scene import redacted
from .scene import Scene


async def test_redacting_a_note_takes_its_words_off_the_draft(scene: Scene) -> None:
    ref = await scene.started()
    said = await scene.ana.says("!handover note Informador Silva vive na rua 5")
    await scene.ana.says("", **redacted(said))
    await scene.ana.says("!handover ready")
    assert "Silva" not in scene.card(ref)
    rows = await scene.world.database.rows("SELECT text FROM handover_said")
    assert not any("Silva" in row["text"] for row in rows)
