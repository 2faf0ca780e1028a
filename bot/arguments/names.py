"""Names that can be typed: English ones always, those of the catalogues beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from bot.arguments.folding import LONGEST_COMPARED, bare, key, nearest, slip
from bot.i18n import Catalogues, Message

T = TypeVar("T")


class Vocabulary:
    """The names of nouns, verbs, options, values and placeholders in every interface language."""

    def __init__(self, catalogues: Catalogues) -> None:
        self._catalogues = catalogues
        self.languages = catalogues.languages

    def choose(self, language: str) -> str:
        """Return the interface language that serves a reader of *language*."""
        return self._catalogues.choose(language)

    def names(self, context: str, name: str, language: str) -> tuple[str, ...]:
        """Return what *name* may be typed as in *language*: the one to show first, English last."""
        found = self._catalogues.text(Message(name, context=context), language).split("|")
        # What is typed is one word; what only stands for it in a usage line need not be.
        joint = " " if context == "placeholder" else "-"
        localised = [joint.join(alternative.split()) for alternative in found if alternative.strip()]
        return tuple(dict.fromkeys([*localised, name]))

    def shown(self, context: str, name: str, language: str) -> str:
        """Return *name* as *language* shows it."""
        return self.names(context, name, language)[0]


class Index(Generic[T]):
    """Names and what each stands for; finds a name in any spelling, and the nearest one."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Raise ValueError when one name stands for two things."""
        self._exact: dict[str, T] = {}
        self._bare: dict[str, T | None] = {}
        self._near: dict[str, T] = {}
        for name, target in entries:
            if self._exact.setdefault(key(name), target) != target:
                raise ValueError(f"{name!r} stands for {self._exact[key(name)]!r} and for {target!r}")
        for spelled, target in self._exact.items():
            self._near.setdefault(bare(spelled), target)
            if self._bare.setdefault(bare(spelled), target) != target:
                self._bare[bare(spelled)] = None  # the accent is all that tells them apart: it must be typed

    def find(self, word: str) -> T | None:
        """Return what *word* stands for, or None; accents may be left out where nothing else is meant."""
        if len(word) > LONGEST_COMPARED:
            return None
        found = self._exact.get(key(word))
        return self._bare.get(bare(word)) if found is None else found

    def has_near(self, word: str) -> bool:
        """Return whether *word* is a name, or one with a slip of the fingers."""
        return self.find(word) is not None or self.slipped(word) is not None

    def slipped(self, word: str) -> T | None:
        """Return what the name stands for that *word* is with a slip of the fingers, or None."""
        typed = bare(word[:LONGEST_COMPARED])
        return next((target for name, target in self._near.items() if slip(typed, name)), None)

    def guess(self, word: str, may: Callable[[T], bool] | None = None) -> T | None:
        """Return what the name nearest to *word* stands for, among those that *may* be shown, or None."""
        typed = bare(word[:LONGEST_COMPARED])
        seen = [name for name, target in self._near.items() if may is None or may(target)]
        found = nearest(typed, seen)
        return None if found is None else self._near[found]
