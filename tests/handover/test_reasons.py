"""Reasons that are given for a change of who stands where."""

from __future__ import annotations

import pytest

from .scene import Scene


@pytest.mark.parametrize(
    "command",
    [
        "!handover pass {rui} TLP:RED Informador Silva diz que vêm",
        "!shift override gate who:{lead} from:tomorrow 06:00 for:8h insist:TLP:RED Informador Silva",
    ],
)
async def test_what_is_red_goes_into_no_record_as_a_reason(scene: Scene, command: str) -> None:
    await scene.lead.says(command.format(rui=scene.rui.user_id, lead=scene.lead.user_id))
    rows = await scene.world.database.rows("SELECT content FROM audit_content")
    assert not any("Informador" in str(row["content"]) for row in rows)
    assert not any("Informador" in h.post.body for h in scene.world.heard if h.post)
