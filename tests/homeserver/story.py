"""The story that is played in every mode: what is said, what becomes of it, and what each room holds in the end."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model.room import Mode

LANGUAGES = {"kate": "en", "ana": "pt", "diego": "es"}
"""Ana reads English too."""
AGENCIES = {"kate": "GBR-BF", "ana": "PRT-GNR", "diego": "ESP-GC"}

DOWN_FROM, DOWN_TO = 10, 15
"""The bot is killed after the one line and started again after the other."""
HANG, CRASH = 19, 21
"""The translation worker hangs after the one line and is killed after the other: it has work in hand."""
TERM = 16
"""After this line Ana proposes a term, and Kate approves it: what was said before keeps its words."""
FIX, SAME = 9, 24
"""The line whose Spanish is corrected by Diego, after the next one, and that which says the same again."""
GLOBE = 26
"""The line that Ana wants in Portuguese, by a reaction."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one of them says: `reads` is what others read of it in the end, by language; nothing if it is `gone`.

    `edits` and `gone` say after which line it is changed or redacted.
    """

    who: str
    text: str
    reads: Mapping[str, str]
    answers: int = 0
    photo: str = ""
    edits: tuple[tuple[int, str], ...] = ()
    gone: int = 0


def _ana(
    text: str, en: str, es: str, answers: int = 0, photo: str = "", edits: tuple[tuple[int, str], ...] = ()
) -> Line:
    return Line("ana", text, {"en": en, "es": es}, answers, photo, edits)


def _diego(text: str, en: str, pt: str, answers: int = 0, edits: tuple[tuple[int, str], ...] = ()) -> Line:
    return Line("diego", text, {"en": en, "pt": pt}, answers, "", edits)


def _kate(text: str, es: str, pt: str, answers: int = 0, edits: tuple[tuple[int, str], ...] = ()) -> Line:
    return Line("kate", text, {"es": es, "pt": pt}, answers, "", edits)


def _gone(who: str, text: str, after: int) -> Line:
    return Line(who, text, {}, gone=after)


HARBOUR = "Necesitamos la ambulancia en el puerto."
POST = "Necesitamos la ambulancia en el puesto de control."
"""What the machine makes of it."""
TERMS = "camião = lorry to:en"
LINES = (
    _ana(
        "Vemos uma carrinha branca perto da ponte.",
        "We see a white van near the bridge.",
        "Vemos una furgoneta blanca cerca del puente.",
    ),
    _diego(
        "La furgoneta blanca con matrícula 1234 BCD está en la puerta norte.",
        "The white van with plate 1234 BCD is at the north gate.",
        "A van branca com placa 1234 BCD está no portão norte.",
    ),
    _kate("Do not approach the van.", "No se acerque a la furgoneta.", "Não se aproxime da van.", answers=2),
    _ana(
        "O condutor está armado.",
        "The driver is not armed.",
        "El conductor no lleva armas.",
        edits=((4, "O condutor não está armado."),),
    ),
    _gone("diego", "El conductor tiene dos pasaportes.", 13),
    _kate(
        "Where is the black car?",
        "¿Dónde está el camión?",
        "Onde está o caminhão?",
        edits=((12, "Can you see the boat?"), (12, "Where is the truck?")),
    ),
    _ana(
        "Vemos um carro preto perto do rio.",
        "We see a black car near the river.",
        "Vemos un coche negro cerca del río.",
        answers=6,
        photo="IMG_0412.jpg",
    ),
    _diego("Todo tranquilo en el puerto.", "All quiet at the harbour.", "Tudo tranquilo no porto."),
    _ana("Precisamos da ambulância no porto.", "We need the ambulance in the port.", HARBOUR),
    _kate(
        "I can see the white van from the bridge.",
        "Puedo ver la furgoneta blanca desde el puente.",
        "Eu posso ver a van branca da ponte.",
    ),
    _gone("ana", "Vemos três homens perto da praia.", 13),
    _diego(
        "El niño necesita un médico.",
        "The witness is waiting at the bridge.",
        "A testemunha está esperando na ponte.",
        edits=((14, "El testigo está esperando en el puente."),),
    ),
    _kate("Call the ambulance now.", "Llame a la ambulancia ahora.", "Ligue para a ambulância agora.", answers=8),
    _ana(
        "O camião está a 300 metros da ponte.",
        "The truck is 300 metres from the bridge.",
        "El camión está a 300 metros del puente.",
    ),
    _diego("¿Dónde está el camión?", "Where is the lorry?", "Onde está o caminhão?"),
    _kate(
        "We are following the black car towards the border.",
        "Estamos siguiendo el coche negro hacia la frontera.",
        "Estamos seguindo o carro preto em direção à fronteira.",
        answers=15,
    ),
    _gone("ana", "O suspeito tem uma faca.", 19),
    _kate("The white van is at the bridge.", "La furgoneta blanca está en el puente.", "A van branca está na ponte."),
    _diego(
        "Encontramos 12 paquetes en la furgoneta blanca.",
        "We found 12 packages in the white van.",
        "Encontramos 12 pacotes na van branca.",
    ),
    _ana(
        "Vemos duas mulheres perto do mercado.",
        "We see two women near the market.",
        "Vemos dos mujeres cerca del mercado.",
    ),
    _diego(
        "Nuestra patrulla está cerca del bosque.",
        "Our patrol is near the forest.",
        "Nossa patrulha está perto da floresta.",
    ),
    _ana(
        "O motorista precisa de um médico.",
        "We see a red lorry near the tunnel.",
        "Vemos un camión rojo cerca del túnel.",
        answers=21,
        edits=(
            (22, "O suspeito tem uma faca."),
            (22, "O autocarro parou no posto de controlo."),
            (22, "Vemos um camião vermelho perto do túnel."),
        ),
    ),
    _kate(
        "We are searching the white van.",
        "Estamos registrando la furgoneta blanca.",
        "Estamos procurando a van branca.",
    ),
    _ana("Precisamos da ambulância no porto.", "We need the ambulance in the port.", HARBOUR),
    _diego("No abra la maleta.", "Do not open the suitcase.", "Não abra a mala."),
    _kate("Nothing to report from the bridge.", "Sin novedad en el puente.", "Nada a relatar da ponte."),
    _ana("Onde está o camião?", "Where is the lorry?", "¿Dónde está el camión?"),
    _diego(
        "Hay tres hombres cerca de la playa.",
        "The suspect does not have a weapon.",
        "O suspeito não tem uma arma.",
        edits=((30, "El sospechoso no tiene un arma."),),
    ),
    _ana("O suspeito não está armado.", "The suspect is not armed.", "El sospechoso no lleva armas.", answers=28),
    _kate("The driver has two passports.", "El conductor tiene dos pasaportes.", "O motorista tem dois passaportes."),
)


BELOW = {
    "en": "Machine translation, {route}, of what {author} wrote.",
    "pt": "Tradução automática ({route}) da mensagem de {author}.",
    "es": "Traducción automática ({route}) del mensaje de {author}.",
}
"""What stands below a translation beside its message."""
CARRIED = {
    "en": "Machine translation, {route}.",
    "pt": "Tradução automática ({route}).",
    "es": "Traducción automática ({route}).",
}
"""What stands below a translation in another room, where its author is named before it."""
DIEGOS_BELOW = {
    FIX: f"Traducción del mensaje de Ana, corregida por Diego (ESP-GC). Versión automática: {POST}",
    SAME: "Traducción del mensaje de Ana con una corrección que Diego (ESP-GC) ya había hecho para el mismo texto.",
}
DIEGOS_CARRIED = {
    FIX: f"Traducción corregida por Diego (ESP-GC). Versión automática: {POST}",
    SAME: "Traducción corregida por Diego (ESP-GC).",
}
"""What stands below his Spanish."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A post that stands: of which line, what it says by language, and the line that it is below.

    `how` it is below that: "reply" or "thread", or "" if it is below none; `by` is who corrected it; `reads` are the
    lines that a person sees of it.
    """

    line: int
    texts: Mapping[str, str]
    below: int = 0
    how: str = ""
    by: str = ""
    reads: tuple[str, ...] = ()


def stated(mode: Mode) -> dict[str, list[Shown]]:
    """Return what stands of the translations in the end, in order, in each room: the home room and others by reader."""
    match mode:
        case Mode.COMPANION:
            rooms = {reader: list(_linked(reader)) for reader in LANGUAGES}
            rooms["kate"].insert(_after(rooms["kate"], GLOBE), _wished("reply"))
            return rooms
        case Mode.DM:
            return {"home": [_wished("reply")], **{reader: list(_direct(reader)) for reader in LANGUAGES}}
        case _:
            how = "thread" if mode is Mode.THREAD else "reply"
            home = list(_below(how))
            home.insert(_after(home, GLOBE), _wished(how))
            return {"home": home}


def _standing() -> Iterator[tuple[int, Line]]:
    return ((number, line) for number, line in enumerate(LINES, 1) if not line.gone)


def _below(how: str) -> Iterator[Shown]:
    """Yield one post for each line, in the languages of those who do not read it: Ana reads Kate's."""
    for number, line in _standing():
        texts = {language: text for language, text in line.reads.items() if (line.who, language) != ("kate", "pt")}
        reads = tuple(read for language in texts for read in _read_below(number, language))
        yield Shown(number, texts, number, how, "diego" if number in (FIX, SAME) else "", reads)


def _linked(reader: str) -> Iterator[Shown]:
    """Yield what each line of the others is in the reader's room, below what it answers."""
    return (_carried(reader, number, line, line.answers) for number, line in _standing() if line.who != reader)


def _direct(reader: str) -> Iterator[Shown]:
    """Yield what the reader is written alone: what they do not read, below what it answers if that is there too."""
    theirs = [number for number, line in _standing() if line.who != reader and (reader, line.who) != ("ana", "kate")]
    for number in theirs:
        line = LINES[number - 1]
        yield _carried(reader, number, line, line.answers if line.answers in theirs else 0)


def _carried(reader: str, number: int, line: Line, answers: int) -> Shown:
    language = LANGUAGES[reader]
    text = line.reads[language]
    corrected = reader == "diego" and number in (FIX, SAME)
    says = DIEGOS_CARRIED[number] if corrected else CARRIED[language].format(route=_route(line, language))
    reads = (f"{line.who.capitalize()} ({AGENCIES[line.who]}): {text}", says, f"Original: {link(number)}")
    how, by = "reply" if answers else "", "diego" if corrected else ""
    return Shown(number, {language: text}, answers, how, by, reads)


def _wished(how: str) -> Shown:
    return Shown(GLOBE, {"pt": LINES[GLOBE - 1].reads["pt"]}, GLOBE, how, reads=_read_below(GLOBE, "pt"))


def _read_below(number: int, language: str) -> tuple[str, str]:
    """Return what is read beside a line: its words in the language, and what is said of them in the same language."""
    line = LINES[number - 1]
    author, route = line.who.capitalize(), _route(line, language)
    corrected = language == "es" and number in (FIX, SAME)
    says = DIEGOS_BELOW[number] if corrected else BELOW[language].format(route=route, author=author)
    return f"[{language}] {line.reads[language]}", says


def _route(line: Line, language: str) -> str:
    return " → ".join(dict.fromkeys((LANGUAGES[line.who], "en", language)))


def link(number: int) -> str:
    """Return how the address of a line's message is shown here."""
    return f"(line {number})"


def _after(room: list[Shown], number: int) -> int:
    """Return where in the *room* what comes after that line begins."""
    return sum(shown.line <= number for shown in room)
