"""One line of text to one Reply: whom it is for, which command, who may, and what goes wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.arguments import LONGEST, Pill
from bot.command import Arg, Context, Listing, Option, Reply, command
from bot.errors import ErrorCode, UserError
from bot.i18n import Catalogues, Code, Html, Message, Plain, Typed, _
from bot.model.person import Actor, LanguageCode, Role, UserId, Zone
from bot.router import Addressee, Invocation, Line, Router, addressed
from bot.services.identity import confirmation
from commands import COMMANDS
from commands.about import HELP
from commands.language import EXAMPLE as LANGUAGE
from commands.timezone import EXAMPLE as TIMEZONE
from tests.test_arguments import catalogues

from .cost import takes_under


@command("help", summary=_("Show what I can do"))
async def show_help(
    ctx: Context,
    noun: Annotated[str | None, Arg(_("A command"))] = None,
    verb: Annotated[str | None, Arg(_("Its verb"))] = None,
) -> Reply:
    return Reply()


async def look_up(ctx: Context, to: str, text: str | None) -> str:
    return f"{to}: {text}"


@command("translate", summary=_("Translate"), aliases=("tr",), prepare=look_up)
async def translate(
    ctx: Context,
    to: Annotated[LanguageCode, Arg(_("Into what"))],
    text: Annotated[str | None, Arg(_("What"), rest=True)] = None,
) -> Reply:
    return Reply(_("{prepared}", prepared=ctx.prepared), ref=text)


@command("translate on", summary=_("Translate all"), aliases=("tr enable",))
async def translate_on(ctx: Context) -> Reply:
    return Reply(_("on"))


@command("incident declare", summary=_("Declare an incident"), aliases=("inc", "i"))
async def declare(ctx: Context, title: Annotated[str, Arg(_("What happens"), rest=True)]) -> Reply:
    return Reply()


@command("incident close", summary=_("Close an incident"), role=Role.LEAD)
async def close(ctx: Context, reason: Annotated[str, Option(_("Why"))]) -> Reply:
    return Reply()


@command("purge", summary=_("Purge"), role=Role.ADMIN)
async def purge(ctx: Context) -> Reply:
    return Reply()


@command("audit list", summary=_("List"), role=Role.AUDITOR)
async def audit(ctx: Context) -> Reply:
    return Reply()


@command("sesame", summary=_("A secret"))
async def sesame(ctx: Context) -> Reply:
    return Reply()


TABLE = (show_help, translate, translate_on, declare, close, purge, audit, replace(sesame, hidden=True))
CATALOGUES = catalogues(
    {
        "pt": {
            ("noun", "help"): "ajuda",
            ("noun", "incident"): "incidente|ocorrência",
            ("verb", "close"): "fechar",
        },
        "es": {("noun", "help"): "ayuda", ("noun", "purge"): "purgar"},
        "tr": {("noun", "incident"): "İPTAL"},
    }
)  # fmt: skip
ROUTER = Router(TABLE, CATALOGUES)
ANA = UserId("@ana:example.org")
BOT = Addressee("@liaison:example.org", "Liaison")
PILL = '<a href="https://matrix.to/#/@liaison:example.org">Liaison</a>'


def actor(language: str = "en", *roles: Role) -> Actor:
    menus = LanguageCode(CATALOGUES.choose(language))
    return Actor(
        ANA, "Ana", frozenset({Role.OFFICER, *roles}), None, LanguageCode(language), menus, Zone("UTC"), frozenset()
    )


def worded(reply: Reply, language: str = "en") -> list[str]:
    lines: list[Message] = []
    for block in reply.blocks:
        lines += block.lines if isinstance(block, Listing) else [block]
    return [CATALOGUES.text(line, language) for line in lines]


def resolve(text: str, language: str = "en", *roles: Role, plainly: bool = True) -> Invocation:
    return ROUTER.resolve(Line(text, plainly), actor(language, *roles))


def refusal(text: str, language: str = "en", *roles: Role, plainly: bool = True) -> tuple[ErrorCode, list[str]]:
    with pytest.raises(UserError) as caught:
        resolve(text, language, *roles, plainly=plainly)
    return caught.value.code, worded(ROUTER.refused(caught.value))


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("!help", "help"),
        ("/help", "help"),
        ("//help", "help"),
        ("！help", "help"),
        ("／help", "help"),
        ("  !help  ", "help"),
        ("\u200f!help", "help"),
        ("!Help translate", "Help translate"),
        ("!AJUDA", "AJUDA"),
        ("!ayuda", "ayuda"),
        ("!iptal", "iptal"),
        ("!IPTAL", "IPTAL"),
        ("!ocorrencia", "ocorrencia"),
        ("!tr pt olá", "tr pt olá"),
        ("!help, translate", "help, translate"),
        ("!hepl", "hepl"),
        ("!incidnet declare", "incidnet declare"),
        ("!i declare x", "i declare x"),
        ("!incident declare A\nB", "incident declare A\nB"),
        ("@liaison:example.org help", "help"),
        ("@liaison:example.org: help", "help"),
        ("@liaison:example.org, !help", "help"),
        ("@liaison:example.org", ""),
        ("@liaison:example.org frobnicate", "frobnicate"),
        ("https://matrix.to/#/@liaison:example.org help", "help"),
        ("[Liaison](https://matrix.to/#/@liaison:example.org): help", "help"),
        ("[Liaison](https://matrix.to/#/%40liaison%3Aexample.org?via=x) help", "help"),
        ("Liaison: frobnicate", "frobnicate"),
        ("liaison, help", "help"),
        ("@Liaison frobnicate", "frobnicate"),
        ("\u2068Liaison\u2069: help", "help"),
    ],
)
def test_addressed(body: str, line: str | None) -> None:
    found = ROUTER.addressed(body, None, BOT)
    assert (found and found.text) == line
    assert found is None or found.plainly


ORDINARY = """
!\t!!\t!!!\t! ha\t! help\t!?\t!1\t/\t//\t///\t/ help\t!important\t!!help\t!=\t!x\t!tra\t!hel\t-help\thelp
/me waves\t/shrug\t/plain x\t/rainbow x\t/invite @a:b\t/join #a:b\t/topic x\t/part\t/nick x\t/html x
/spoiler x\t/kick x\t/etc/passwd was read\t/tmp\t/home/ana\t/help/me\tplease !help\the said /help
Liaison officers meet at 9\tLiaison\tLiaisons: help\tLiaisonhelp\tok @liaison:example.org help
@liaison:example.organ help\t@liaison:example.org.uk help\t@liaison:example.org:8448 help
@ana:example.org help\t[Ana](https://matrix.to/#/@ana:example.org) help\t<!help\tTruck 🚨
"""


@pytest.mark.parametrize("body", ["", "!" + "help" * 100, *re.split(r"[\t\n]", ORDINARY.strip())])
def test_not_addressed(body: str) -> None:
    assert ROUTER.addressed(body, None, BOT) is None


@pytest.fixture(scope="module")
def everything() -> Router:
    """All commands in all languages: what two of them take for different things shows only there."""
    return Router(COMMANDS, Catalogues.load())


@pytest.mark.parametrize(
    ("body", "guess"),
    [
        ("!fix olá", "!translate fix"),
        ("!fix", "!translate fix"),
        ("!restore", "!translate restore"),
        ("!resotre", "!translate restore"),
        ("!corrigir A ponte está livre", "!translate fix"),
        ("!CORRIGIR", "!translate fix"),
        ("!corrigri", "!translate fix"),
        ("!düzelt köprü", "!translate fix"),
        ("!تصحيح الجسر", "!translate fix"),
        ("!διορθωση", "!translate fix"),
        ("！fix olá", "!translate fix"),
        ("//fix olá", "!translate fix"),
        ("!pausa", "!translate pause"),
        ("!statsu", "!status"),
        ("!hilfee", "!help"),
    ],
)
def test_a_subcommand_without_its_command_is_not_chat(everything: Router, body: str, guess: str) -> None:
    line = everything.addressed(body, None, BOT)
    assert line and line.plainly
    with pytest.raises(UserError) as caught:
        everything.resolve(line, actor("en", Role.LEAD))
    assert f"Did you mean {guess}?" in worded(everything.refused(caught.value))[0]


@pytest.mark.parametrize(
    ("text", "language", "sentence"),
    [
        ("translate statsu", "en", "!translate does not know “statsu”. Did you mean !translate status?"),
        ("translate fixx olá", "en", "!translate does not know “fixx”. Did you mean !translate fix?"),
        ("translate corrigir olá", "en", "!translate does not know “corrigir”. Did you mean !translate fix?"),
        ("traduzir estdo", "pt", "!traduzir does not know “estdo”. Did you mean !traduzir estado?"),
        ("term lsit", "en", "!term does not know “lsit”. Did you mean !term list?"),
        ("translate czeck", "en", "I do not know the language “czeck”. Did you mean Czech (cs)?"),
        ("translate modde dm", "en", "I do not know the language “modde”. Write its name, or its code such as pt."),
        ("translate hello", "en", "I do not know the language “hello”. Write its name, or its code such as pt."),
    ],
)
def test_a_mistyped_subcommand_of_what_also_stands_alone(
    everything: Router, text: str, language: str, sentence: str
) -> None:
    with pytest.raises(UserError) as caught:
        everything.resolve(Line(text, True), replace(actor(), menus=LanguageCode(language)))
    assert worded(everything.refused(caught.value))[0] == sentence


CRIED = """
Alto Halt Stop Stand Stój Стій قف Dur Fermo Fermi Pare Pára Parem Parad Arrêtez Arrêter Opriți Oprește Αλτ Anhalten
Atenção Attention Attenzione Achtung Vorsicht Uwaga Увага Обережно Atenție Dikkat Προσοχή انتباه Cuidado Danger
Fogo Fuego Feu Fuoco Feuer Ogień Вогонь Foc Ateş Φωτιά Fire Corre Run Lauf Kaç Down Abajo Baixo Runter Geri Bak Kapat
أوقف Поверни Retirar Ritira Recua Retirada Avanti Adelante Esperar Espera Aspetta Passar Pasar Atirar Shots Apaga
Desliga Despegar Ver Voir Check On Off Import-export Important Urgente Aussteigen Verschwinden Steigen
Sale Salgan Frio Dove
"""


@pytest.mark.parametrize("word", CRIED.split())
def test_a_warning_is_between_people(everything: Router, word: str) -> None:
    for body in (word, word.lower(), f"{word} agora", f"{word}!", f"{word}, {word}!!", f"{word}\n12-AB-34"):
        assert everything.addressed(f"!{body}", None, BOT) is None, body


@pytest.mark.parametrize(
    "body",
    [
        "!!!",
        "!",
        "! pára",
        "!Corrige el rumbo!",
        "!Ayuda!",
        "!fix!",
        "!list of names",
        "!modo de voo",
        "! fix",
        "/fix x",
        "/list",
        "!!fix",
        "!fixed",
        "!help us now",
        "!help us!",
        "!Ajuda, homem ferido",
        "!Ajuda, feridos",
        "!Hilfe am Tor",
        "!¡Alto!",
    ],
)
def test_an_exclamation_is_between_people(everything: Router, body: str) -> None:
    assert everything.addressed(body, None, BOT) is None


def test_a_name_that_begins_a_sentence_is_not_plain() -> None:
    assert ROUTER.addressed("Liaison help", None, BOT) == Line("help", plainly=False)
    assert ROUTER.addressed("Liaison helo", None, BOT) is None, "a slip, or a word of another language"
    assert ROUTER.addressed("Liaison: helo", None, BOT) == Line("helo", plainly=True)
    assert ROUTER.addressed("Liaison help", None, Addressee(BOT.user_id, None)) is None
    assert ROUTER.addressed("Joint Liaison: help", None, Addressee(BOT.user_id, "Joint Liaison")) is not None


@pytest.mark.parametrize(
    ("body", "formatted", "line"),
    [
        ("Liaison frobnicate", f"{PILL} frobnicate", "frobnicate"),
        ("Liaison: frobnicate", f"<p>{PILL}: frobnicate</p>", "frobnicate"),
        ("@Liaison frobnicate", f"{PILL} frobnicate", "frobnicate"),
        ("The Bot frobnicate", f"{PILL.replace('>Liaison', '>The Bot')} frobnicate", "frobnicate"),
        ("B&B frobnicate", f"{PILL.replace('>Liaison', '>B&amp;B')} frobnicate", "frobnicate"),
        (
            "L frobnicate",
            f"{PILL.replace('@liaison:', '%40liaison%3A').replace('>Liaison', '>L')} frobnicate",
            "frobnicate",
        ),
        ("The Bot frobnicate", f"hello {PILL.replace('>Liaison', '>The Bot')}", None),
        ("Hello frobnicate", f"{PILL} frobnicate", None),
        ("Ana help", PILL.replace("liaison", "ana").replace(">Liaison", ">Ana"), None),
        (
            "Liaison frobnicate",
            f"<mx-reply><blockquote>text</blockquote></mx-reply>{PILL} frobnicate",
            "frobnicate",
        ),
        ("> quoted\n\n!help", "<blockquote>quoted</blockquote><p>!help</p>", None),
    ],
)
def test_addressed_by_a_pill(body: str, formatted: str, line: str | None) -> None:
    found = ROUTER.addressed(body, formatted, BOT)
    assert (found and found.text) == line


def test_the_people_in_a_line() -> None:
    formatted = f'{PILL}: lost <a class="x" href="https://matrix.to/#/@ana:example.org?via=a&amp;via=b">Ana Silva</a>'
    found = addressed("Liaison: help Ana Silva", formatted, BOT, ["help"])
    assert found == Line("help Ana Silva", True, (Pill("Liaison", BOT.user_id), Pill("Ana Silva", "@ana:example.org")))


@pytest.mark.parametrize(
    ("text", "language", "name", "arguments"),
    [
        ("help", "en", "help", {"noun": None, "verb": None}),
        ("HELP translate", "en", "help", {"noun": "translate", "verb": None}),
        ("ajuda", "pt", "help", {"noun": None, "verb": None}),
        ("help", "pt-BR", "help", {"noun": None, "verb": None}),
        ("", "en", "help", {"noun": None, "verb": None}),
        ("translate pt Hello, world!", "en", "translate", {"to": "pt", "text": "Hello, world!"}),
        ("tr pt", "en", "translate", {"to": "pt", "text": None}),
        ("translate on", "en", "translate on", {}),
        ("tr enable", "en", "translate on", {}),
        ("translate: on", "en", "translate on", {}),
        ("i declare Truck", "en", "incident declare", {"title": "Truck"}),
        ("inc declare on fire", "en", "incident declare", {"title": "on fire"}),
        ("incidente declare Camião", "pt", "incident declare", {"title": "Camião"}),
        ("OCORRENCIA declare x", "pt", "incident declare", {"title": "x"}),
        ("iptal declare x", "tr", "incident declare", {"title": "x"}),
        ("sesame", "en", "sesame", {}),
    ],
)
def test_resolve(text: str, language: str, name: str, arguments: dict[str, Any]) -> None:
    found = resolve(text, language)
    assert (found.command.name, dict(found.arguments)) == (name, arguments)


NOW = datetime(2026, 11, 22, tzinfo=UTC)
UNKNOWN = ErrorCode.NOT_FOUND
MEANT = "Did you mean !incident declare?"


@pytest.mark.parametrize(
    ("text", "language", "code", "sentence"),
    [
        ("hepl", "en", UNKNOWN, "I do not know the command “hepl”. Did you mean !help?"),
        ("hepl", "pt", UNKNOWN, "I do not know the command “hepl”. Did you mean !ajuda?"),
        ("ayuda", "pt", UNKNOWN, "I do not know the command “ayuda”. Did you mean !ajuda?"),
        ("OCORRÊNCIA", "en", UNKNOWN, "I do not know the command “OCORRÊNCIA”. Did you mean !incident?"),
        ("declare Truck", "en", UNKNOWN, "I do not know the command “declare”. " + MEANT),
        ("frobnicate", "en", UNKNOWN, "I do not know the command “frobnicate”. !help shows what I can do."),
        ("pruge", "en", UNKNOWN, "I do not know the command “pruge”. !help shows what I can do."),
        ("sesam", "en", UNKNOWN, "I do not know the command “sesam”. !help shows what I can do."),
        ("fechar", "pt", UNKNOWN, "I do not know the command “fechar”. !ajuda shows what I can do."),
        ("incident", "en", ErrorCode.BAD_ARGUMENT, "!incident needs one more word: declare."),
        ("incident declar x", "en", UNKNOWN, "!incident does not know “declar”. " + MEANT),
        ("incident “declare” x", "en", UNKNOWN, "!incident does not know “declare”. " + MEANT),
        ("incident clos", "en", UNKNOWN, "!incident does not know “clos”. It knows declare."),
        ("a" * 90, "en", UNKNOWN, f"I do not know the command “{'a' * 59}…”. !help shows what I can do."),
    ],
)  # fmt: skip
def test_an_unknown_command(text: str, language: str, code: ErrorCode, sentence: str) -> None:
    assert refusal(text, language) == (code, [sentence])


def test_no_guess_unless_plainly_addressed() -> None:
    expected = "I do not know the command “hepl”. !help shows what I can do."
    assert refusal("hepl", plainly=False) == (UNKNOWN, [expected])


def test_a_role_is_asked_for_before_the_arguments() -> None:
    assert refusal("incident close nonsense reason:") == (
        ErrorCode.NOT_ALLOWED, ["Only a lead may use !incident close."]
    )  # fmt: skip
    assert refusal("incidente fechar", "pt")[1] == ["Only a lead may use !incidente fechar."]
    assert refusal("purge", "en", Role.LEAD)[1] == ["Only an administrator may use !purge."]
    assert refusal("audit nonsense")[1] == ["Only an auditor may use !audit list."]
    assert resolve("incident close reason:done", "en", Role.LEAD).arguments == {"reason": "done"}
    assert refusal("pruge", "en", Role.ADMIN)[1] == ["I do not know the command “pruge”. Did you mean !purge?"]


def test_an_option_without_its_value_is_one_fault() -> None:
    assert refusal("incident close reason:", "en", Role.LEAD)[1][:-1] == ["The option reason has no value."]


def test_faults_come_with_the_usage_line() -> None:
    assert refusal("incident close now", "en", Role.LEAD) == (
        ErrorCode.BAD_ARGUMENT,
        [
            "reason is missing: Why.",
            "I do not know what to do with “now”.",
            "Write it like this: !incident close reason:REASON",
        ],
    )


def test_a_line_that_is_too_long() -> None:
    resolve("incident declare " + "x" * (LONGEST - 17))
    assert refusal("incident declare " + "x" * (LONGEST - 16)) == (
        ErrorCode.BAD_ARGUMENT, ["A command has 4,000 characters at most. This one has 4,001."]
    )  # fmt: skip


async def test_prepare_and_run() -> None:
    invocation = resolve("tr pt olá")
    context = Context(
        actor=actor(), room="!r", event="$e", now=NOW, services=cast(Any, None),
        help=ROUTER.help, names=ROUTER.names,
    )  # fmt: skip
    prepared = await ROUTER.prepare(invocation, context)
    assert prepared == "pt: olá"
    reply = await ROUTER.run(invocation, replace(context, prepared=prepared))
    assert (worded(reply), reply.ref) == (["pt: olá"], "olá")
    assert await ROUTER.prepare(resolve("translate on"), context) is None


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_has_words(code: ErrorCode) -> None:
    assert worded(ROUTER.refused(UserError(code)))[0].endswith(".")
    assert worded(ROUTER.refused(UserError(code, _("One."), _("Two.")))) == ["One.", "Two."]


def test_help_shows_what_one_may_use() -> None:
    assert worded(ROUTER.help(actor(), None, None)) == [
        "This is what you can ask me:",
        "!help: Show what I can do",
        "!translate: on",
        "!incident declare: Declare an incident",
        "For more about one of these, write !help [NOUN] [VERB].",
    ]
    everything = worded(ROUTER.help(actor("pt", Role.LEAD, Role.ADMIN, Role.AUDITOR), None, None), "pt")
    assert "!incidente: declare e fechar" in everything
    assert "!purge: Purge" in everything
    assert "sesame" not in str(everything)


def test_help_on_a_noun_and_on_a_command() -> None:
    assert worded(ROUTER.help(actor(), "tr", None)) == [
        "!translate can be used like this:",
        "!translate LANG [TEXT]: Translate",
        "!translate on: Translate all",
    ]
    assert worded(ROUTER.help(actor("pt", Role.LEAD), "Incidente", "fechar")) == [
        "!incidente fechar: Close an incident",
        "Write it like this: !incidente fechar reason:REASON",
        "reason:REASON: Why",
    ]
    assert worded(ROUTER.help(actor(), "incident", None))[1] == "Write it like this: !incident declare TITLE"


@pytest.mark.parametrize(
    ("noun", "verb", "sentence"),
    [
        ("trnslate", None, "I do not know the command “trnslate”. Did you mean !translate?"),
        ("purge", None, "I do not know the command “purge”. !help shows what I can do."),
        ("incident", "declair", "!incident does not know “declair”. " + MEANT),
        ("help", "x", "!help does not know “x”."),
    ],
)
def test_help_on_an_unknown_topic(noun: str, verb: str | None, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        ROUTER.help(actor(), noun, verb)
    assert caught.value.code is ErrorCode.NOT_FOUND
    assert worded(ROUTER.refused(caught.value)) == [sentence]


def test_help_on_a_command_for_others_says_for_whom_it_is() -> None:
    with pytest.raises(UserError) as caught:
        ROUTER.help(actor(), "incident", "close")
    assert caught.value.code is ErrorCode.NOT_ALLOWED
    assert worded(ROUTER.refused(caught.value)) == ["Only a lead may use !incident close."]


def test_usage() -> None:
    assert ROUTER.usage(close, "pt-BR") == "incidente fechar reason:REASON"
    assert ROUTER.usage(close, "xx") == "incident close reason:REASON"


def test_names_that_collide_are_refused() -> None:
    for names in (
        {("noun", "help"): "ajuda", ("noun", "purge"): "AJUDA"},
        {("noun", "purge"): "help"},
        {("noun", "purge"): "tr"},
    ):
        with pytest.raises(ValueError, match="stands for"):
            Router(TABLE, catalogues({"pt": names}))
    with pytest.raises(ValueError, match="stands for"):
        Router(TABLE, catalogues({"pt": {("verb", "close"): "declare"}}))
    with pytest.raises(ValueError, match="two commands"):
        Router([*TABLE, replace(purge)], catalogues({}))


def test_one_verb_may_serve_two_nouns_in_one_word() -> None:
    Router(TABLE, catalogues({"pt": {("verb", "close"): "lista", ("verb", "list"): "lista"}}))


@pytest.mark.parametrize(
    ("language", "zone", "text", "example"),
    [
        ("ar", "Asia/Amman", "language 123", "such as ar."),
        ("en-GB", "Asia/Amman", "language 123", "such as pt."),
        ("ar", "Asia/Amman", "timezone 123", "such as Asia/Amman."),
        ("ar", "UTC", "timezone 123", "such as Europe/Lisbon."),
    ],
)
def test_an_example_is_one_that_the_reader_knows(language: str, zone: str, text: str, example: str) -> None:
    router = Router(COMMANDS, CATALOGUES)
    with pytest.raises(UserError) as caught:
        router.resolve(Line(text, True), replace(actor(language), zone=Zone(zone)))
    assert worded(router.refused(caught.value))[0].endswith(example)


def test_the_table_of_all_commands_is_sound() -> None:
    router = Router(COMMANDS, CATALOGUES)
    for found in COMMANDS:
        assert worded(router.help(actor("en", *Role), found.noun, found.verb))


@pytest.mark.parametrize(
    ("shown", "name", "arguments"),
    [
        (confirmation("@eva:example.org"), "identity confirm", {"person": "@eva:example.org"}),
        (LANGUAGE, "language", {"wanted": "pt", "reads": ("en", "es")}),
        (TIMEZONE, "timezone", {"zone": "Europe/Lisbon"}),
        (HELP, "help", {"noun": None, "verb": None}),
    ],
)
@pytest.mark.parametrize("markup", [Plain, Html])
def test_a_command_from_right_to_left_is_read_as_it_is_shown(
    shown: Typed, name: str, arguments: dict[str, Any], markup: type[Plain]
) -> None:
    names = {("noun", "identity"): "هوية", ("verb", "confirm"): "تأكيد", ("noun", "timezone"): "توقيت"}
    names |= {("noun", "help"): "مساعدة", ("noun", "language"): "لغة", ("option", "reads"): "أقرأ"}
    words = catalogues({"ar": names})
    text = words.text(_("{it}", it=shown), "ar", markup=markup("ar"))
    body = re.sub("<.*?>", "", text)
    router = Router(COMMANDS, words)
    line = router.addressed(body, None, BOT)
    assert line is not None
    rui = replace(actor(), menus=LanguageCode("ar"), language=LanguageCode("ar"))
    found = router.resolve(line, rui)
    assert (found.command.name, found.arguments) == (name, arguments)


@pytest.mark.parametrize(
    "unit",
    ["!", "/", "a", " ", "> \n", "<a ", '<a href="https://matrix.to/#/', "<p>", "<span>", "<mx-reply>", "[",
     "@liaison:example.org",
     "Liaison", "\u200f", "help ", "<a href=", 'href="https://matrix.to/#/a"', "<a a", "ﷺ", PILL],
)  # fmt: skip
@pytest.mark.parametrize(
    "start",
    ["", "!", "!help ", "@liaison:example.org ", "Liaison: ", "<mx-reply>", "[", "https://matrix.to/#/"],
)
def test_a_hostile_message_is_read_in_no_time(unit: str, start: str) -> None:
    body = (start + unit * 100_000)[:100_000]
    assert takes_under(0.05, lambda: _ask(body))


def _ask(body: str) -> None:
    if line := ROUTER.addressed(body, body, BOT):
        try:
            ROUTER.resolve(line, actor())
        except UserError as error:
            worded(ROUTER.refused(error))


PIECES = st.sampled_from(["!", "/", "help", "translate", "on", "incident", " ", ":", "“", PILL, "Liaison", "\n", "<p>"])
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(PIECES).map("".join),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(body=TEXTS, formatted=st.none() | TEXTS, language=st.sampled_from(["en", "pt", "tr", "el"]))
def test_nothing_but_a_user_error_is_raised(body: str, formatted: str | None, language: str) -> None:
    line = ROUTER.addressed(body, formatted, BOT)
    for asked in (line, Line(body, True)):
        if asked is not None:
            try:
                ROUTER.resolve(asked, actor(language, *Role))
            except UserError as error:
                assert worded(ROUTER.refused(error), language)


def test_what_a_person_typed_is_verbatim_and_what_one_can_type_is_code() -> None:
    with pytest.raises(UserError) as caught:
        resolve("hepl")
    assert isinstance(caught.value.messages[0].values["guess"], Code)


def test_an_error_names_the_command_once_it_is_known() -> None:
    for text, name in (("incident close", "incident close"), ("translate", "translate"), ("hepl", None)):
        with pytest.raises(UserError) as caught:
            resolve(text)
        assert caught.value.command == name
