"""Words of who is asked whether they are well, and is not: in every interface language."""

from __future__ import annotations

from bot.model.spelling import stems, terms

_CRIES = """
help sos mayday emergency shot shots shooting gunfire hurt injured wounded bleeding trapped
ayuda auxilio socorro disparos herido herida tiroteo emergencia
ajuda tiros disparos ferido ferida tiroteio emergência
aide secours blessé blessée tirs coups urgence
aiuto soccorso ferito ferita spari emergenza
hilfe notfall verletzt schüsse angeschossen
pomoc pomocy ratunku ranny ranna strzały
ajutor rănit rănită focuri urgență
yardım imdat yaralı ateş silah
допомога допоможіть рятуйте поранений поранена стріляють постріли
βοήθεια τραυματίας τραυματίστηκα πυροβολισμοί πυροβολούν
مساعدة ساعدوني النجدة نجدة مصاب إطلاق نار
"""
"""What calls for help wherever it stands."""
_NOT_WELL = "no nope negative não nao non nein nie nu hayır ні όχι لا"
"""What says no, if nothing else is said."""
_CALLING = frozenset(stems(_CRIES))
_NO = frozenset(terms(_NOT_WELL))


def distressed(said: str) -> bool:
    """Return whether who answers that in words says that they need help.

    In doubt it is so: whoever is called in vain asks once more, and "no help needed" costs them that.
    """
    words = terms(said)
    return any(one in _CALLING for one in stems(said)) or (len(words) == 1 and words[0] in _NO)
