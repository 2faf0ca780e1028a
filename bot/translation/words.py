"""Word lists, written as lines of words."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Return the words of *text*."""
    return frozenset(text.split())


NUMBERS = words(
    "zero one two three four five six seven eight nine ten oh"
    " um uma dois duas três tres quatro cinco seis sete oito nove dez meia"
    " cero uno una dos cuatro siete ocho nueve diez"
    " zéro un une deux trois quatre cinq sept huit neuf dix"
    " null eins zwei drei vier fünf sechs sieben acht neun zehn"
)
"""Numbers as they are read out: saying one again is no repetition."""

NEVER_NAMES = words(
    "not no never none nobody nothing stop halt fire hold wait help danger armed do dont go all yes clear"
    " não nao nunca ninguém ninguem nada nenhum sim pare parem alto fogo socorro perigo cuidado tudo"
    " no nunca nadie nada ninguno sí pare paren fuego socorro peligro cuidado todo"
    " non ne jamais personne rien halte feu stopp nicht nie niemand nichts feuer hilfe gefahr"
)
"""Words that no member's name may keep from being translated."""
