"""All services, built from what stands outside them.

Parts, lowest first: `outside`, `ground` (what nearly all others need), `languages`, `incidents`, `duties`, `sharing`
(who may have what), `safety`, `keeping`, `unasked`, `house` (all of these, and the nouns that put themselves together),
`due` and `sequels` (who does what falls due, and what is done again), `services`.
"""

from __future__ import annotations

from bot.services.assembly.outside import Outside, Pairs
from bot.services.assembly.services import assemble

__all__ = ["Outside", "Pairs", "assemble"]
