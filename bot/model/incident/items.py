"""What the items of checklists say."""

from __future__ import annotations

from bot.i18n import Message, Verbatim, _

SENTENCES = {
    "aboard": _("Count the people on board, the children among them, and the life jackets."),
    "air_traffic": _("Tell air traffic control."),
    "apart": _("Speak with each person alone, and choose the interpreter yourself."),
    "arms": _("Enter how many weapons there are, of what kind, and whether they are loaded."),
    "bomb_disposal": _("If there may be explosives, ask for bomb disposal."),
    "chip": _("Compare the document, its chip and the person."),
    "clear_area": _("Clear the area below it."),
    "colleagues": _("Let nobody who was attacked stay alone."),
    "count": _("Count the people, and say how many are children."),
    "cover": _("Keep your distance, and stay behind cover."),
    "customs": _("Tell customs."),
    "danger": _("Bring everybody out of danger, and ask for support."),
    "databases": _("Look it up among lost and stolen documents."),
    "description": _("Enter age, clothing, health, and what the person carries."),
    "distress": _("Decide whether the vessel is in distress. If you are in doubt, it is."),
    "evidence": _("Secure the evidence: enter who took what, when, and where it is kept."),
    "expert": _("Ask a document expert."),
    "family": _("Name one officer who speaks with the family."),
    "flight": _("Enter where it was seen, what it looks like, how high it flew and where to."),
    "gloves": _("Touch it with gloves only, and do not open it: it may be poisonous."),
    "goods": _("Enter what the goods are, how much there is, and where it was hidden."),
    "hands_off": _("Leave it where it comes down: it may carry explosives."),
    "happened": _("Enter what has happened, where and when."),
    "heading": _("Enter where it was seen, when, and where it was going."),
    "hidden": _("Look for people and goods that are hidden in it."),
    "in_sight": _("Keep it in sight, and say who watches it."),
    "last_seen": _("Enter where and when the person was last seen."),
    "make_safe": _("Let nobody make a weapon safe who is not trained for it."),
    "markings": _("Enter its name, flag, colour and markings, and take photographs."),
    "medical": _("Ask who is hurt, ill or pregnant, and call for medical help."),
    "medical_team": _("Ask for a medical team."),
    "neighbours": _("Tell the neighbouring posts."),
    "pages": _("Photograph every page, under ultraviolet light too."),
    "photographs": _("Take photographs, and note the times."),
    "pilot": _("Look for the pilot, and for where it started."),
    "plate": _("Enter plate, make and colour, and who is in it."),
    "position": _("Enter its position, course and speed, and when it was seen."),
    "protection": _("Ask whether anybody wants international protection, and record the answer."),
    "receipt": _("Take the document, and give a receipt for it."),
    "rescue_centre": _("If it is in distress, call the maritime rescue coordination centre at once."),
    "rescue_service": _("Call the rescue service that is responsible there."),
    "safe_place": _("Bring them to a safe place, and tell nobody else where it is."),
    "search_lead": _("Say who leads the search, and who searches where."),
    "second_patrol": _("Do not stop it without a second patrol."),
    "serial_numbers": _("Photograph the serial numbers, and have them looked up."),
    "shelter": _("Bring water, blankets and shelter."),
    "specialists": _("Ask for officers who are trained for this."),
    "stolen": _("Look up the plate and the chassis number among stolen vehicles."),
    "track": _("Enter where and when they crossed, and where they were going."),
    "trafficking": _("Look for signs of trafficking: who holds the papers, who speaks for whom?"),
    "victims": _("Treat them as victims, and tell them what help they can get."),
    "vulnerable": _("Look for those who need protection first: children alone, the ill, victims of trafficking."),
    "weapons_first": _("Look for weapons first."),
    "weather": _("Ask for the weather, and decide when it is too dark to go on."),
    "witnesses": _("Enter who saw it, and secure what cameras have recorded."),
}
"""What the codes of items are called: exact in every language."""


def said(key: str, text: str | None, translated: str | None = None) -> Message:
    """Return what the item *key* says, which has that *text* if it is the task force's own."""
    if text is None:
        return SENTENCES.get(key) or _("{text}", text=Verbatim(key))
    if translated is not None:
        return _("{text} (machine translation)", text=Verbatim(translated))
    return _("{text}", text=Verbatim(text))
