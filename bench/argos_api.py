"""The peer of the translation rows: the public Argos API, one message after the other, as a bot would call it.

A process of its own. Each line on standard input is a JSON list of messages, their language and the one that is wanted;
the answer is one line with their translations and the seconds that each took (the pipe not counted).
"""

from __future__ import annotations

import contextlib
import json
import logging
import sys
import time
from typing import Any

from argostranslate import settings
from argostranslate import translate as argos

from bot.translation import segment

# It logs the text of every message; a bot would silence it, and it would cost the peer time.
logging.getLogger("argostranslate").setLevel(logging.CRITICAL)
logging.getLogger("argostranslate.utils").setLevel(logging.CRITICAL)


class Sentences:
    """Our own sentence splitting in place of Argos's, which would download its data."""

    def __init__(self, package: Any) -> None:
        """Take what Argos gives its own splitters."""
        self._language = package.from_code

    def split_sentences(self, text: str) -> list[str]:
        """Return the sentences of *text*."""
        return [part.strip() for part in segment.split(text, self._language)]


def main() -> None:
    """Answer until standard input ends."""
    argos.MiniSBDSentencizer = Sentences
    answers = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        _say(answers, {"inter": settings.inter_threads, "intra": settings.intra_threads})
        for line in sys.stdin:
            messages, source, target = json.loads(line)
            made = [_timed(message, source, target) for message in messages]
            _say(answers, {"texts": [text for text, _ in made], "seconds": [seconds for _, seconds in made]})


def _timed(message: str, source: str, target: str) -> tuple[str, float]:
    began = time.perf_counter()
    text = str(argos.translate(message, source, target))
    return text, time.perf_counter() - began


def _say(stream: Any, answer: dict[str, Any]) -> None:
    stream.write(json.dumps(answer) + "\n")
    stream.flush()


if __name__ == "__main__":
    main()
