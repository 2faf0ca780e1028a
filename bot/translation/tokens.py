"""SentencePiece vocabularies: counting pieces and cutting what is too long for a model."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from sentencepiece import SentencePieceProcessor

from bot.translation.engine import MAX_TOKENS

_WORD = "\u2581"


class Tokens:
    """One vocabulary."""

    def __init__(self, path: Path) -> None:
        self._processor = SentencePieceProcessor(model_file=str(path))

    def encode(self, text: str) -> list[str]:
        """Return the pieces of *text*."""
        return list(self._processor.encode(text, out_type=str))

    def decode(self, pieces: Sequence[str]) -> str:
        """Return the text of *pieces*, outer blanks removed."""
        return str(self._processor.decode_pieces(list(pieces))).replace(_WORD, " ").strip()

    def unknown(self, pieces: Sequence[str]) -> float:
        """Return the share of *pieces* that the vocabulary does not have, 0 to 1."""
        unknown = self._processor.unk_id()
        ids = [self._processor.piece_to_id(piece) for piece in pieces]
        return sum(i == unknown for i in ids) / len(ids) if ids else 0.0


def cut(pieces: Sequence[str], limit: int = MAX_TOKENS) -> list[list[str]]:
    """Return *pieces* in runs of at most *limit*, cut before a word where there is one."""
    runs: list[list[str]] = []
    rest = list(pieces)
    while len(rest) > limit:
        starts = (i for i in range(limit, limit // 2, -1) if rest[i].startswith(_WORD))
        at = next(starts, limit)
        runs.append(rest[:at])
        rest = rest[at:]
    return [*runs, rest] if rest else runs
