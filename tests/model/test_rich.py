"""HTML of any client to lines of words: only tags that may be posted, every one closed, in little time."""

from __future__ import annotations

import html.parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.rich import Item, Rich, read
from bot.model.rich.reading import MOST_CHARACTERS

from ..cost import takes_under

ALLOWED = {"p", "br", "strong", "em", "code", "pre", "ul", "ol", "li", "blockquote", "a", "span"}
ATTRIBUTES = {"a": {"href"}, "span": {"data-mx-spoiler"}, "ol": {"start"}}


class Checked(html.parser.HTMLParser):
    """Fails on what may not be posted."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a tag."""
        assert tag in ALLOWED and {name for name, _ in attrs} <= ATTRIBUTES.get(tag, set())
        for name, value in attrs:
            assert name != "href" or (value or "").lower().startswith(("http://", "https://", "mailto:"))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check its end."""
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        """Refuse comments."""
        raise AssertionError(data)


def shown(item: Item) -> str:
    content = item.content if isinstance(item.content, str) else item.content.html
    if isinstance(item.content, str):
        content = html.escape(content, quote=False)
    return "".join(m.opening for m in item.marks) + content + "".join(m.closing for m in reversed(item.marks))


def as_html(rich: Rich) -> str:
    return "".join(line.html + "".join(map(shown, line.items)) for line in rich.lines) + rich.end


@pytest.mark.parametrize(
    ("source", "out", "text"),
    [
        ("One<br>two", "<p>One<br>two</p>", "One\ntwo"),
        ("One<br><br/>two", "<p>One<br><br>two</p>", "One\n\ntwo"),
        ("<p>One</p>\n<p>Two</p>\n", "<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<b>a</b> <i>b</i> <u>c</u>", "<p><strong>a</strong> <em>b</em> c</p>", "a b c"),
        ("<ul><li>a</li><li>b</li></ul>", "<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        (
            "<ol start=3><li><p>a</p></li><li>b<ul><li>c</ul></ol>d",
            '<ol start="3"><li><p>a</p></li><li>b<ul><li>c</li></ul></li></ol><p>d</p>',
            "3. a\n4. b\n  - c\n\nd",
        ),
        (
            "<blockquote>a<br>b</blockquote>c",
            "<blockquote>a<br>b</blockquote><p>c</p>",
            "> a\n> b\n\nc",
        ),
        (
            '<pre><code class="language-sh">a\n  &lt;b&gt;\n</code></pre>',
            "<pre><code>a\n  &lt;b&gt;</code></pre>",
            "```\na\n  <b>\n```",
        ),
        ("<code>a <b>b</b></code>", "<p><code>a b</code></p>", "`a b`"),
        ("<h2>T</h2>t", "<p><strong>T</strong></p><p>t</p>", "T\n\nt"),
        ("<table><tr><th>a<th>b<tr><td>c</table>", "<p>a | b<br>c</p>", "a | b\nc"),
        (
            '<a href="https://matrix.to/#/@ana:b.c">Ana</a>: go',
            '<p><a href="https://matrix.to/#/@ana:b.c">Ana</a>: go</p>',
            "Ana: go",
        ),
        ('<a href="HTTPS://x.y?a=1&amp;b">m</a>', '<p><a href="HTTPS://x.y?a=1&amp;b">m</a></p>', "m"),
        ("<a href='mailto:a@b.c'>m</a>", '<p><a href="mailto:a@b.c">m</a></p>', "m"),
        ("<span data-mx-spoiler>s</span>", "<p><span data-mx-spoiler>s</span></p>", "s"),
        (
            '<span data-mx-spoiler="a &quot; b" onclick=x data-mx-color="#fff">s</span>',
            '<p><span data-mx-spoiler="a &quot; b">s</span></p>',
            "s",
        ),
        ('<font color=red>r</font><span style="x">s</span>', "<p>rs</p>", "rs"),
        ("<mx-reply><blockquote>q</blockquote></mx-reply>said", "<p>said</p>", "said"),
        ("10<sup>2</sup> H<sub>2</sub>O <del>not</del>", "<p>10^2 H2O ~~not~~</p>", "10^2 H2O ~~not~~"),
        ("<img src='mxc://a/b' alt=':ok:'><hr>x", "<p>:ok:</p><p>x</p>", ":ok:\n\nx"),
        (
            "1 < 2 & 3 > 2 &lt;b&gt; &amp;amp;",
            "<p>1 &lt; 2 &amp; 3 &gt; 2 &lt;b&gt; &amp;amp;</p>",
            "1 < 2 & 3 > 2 <b> &amp;",
        ),
        ("a <!-- <b>hidden</b> --> b", "<p>a b</p>", "a b"),
        ("1\u00a0000 m", "<p>1\u00a0000 m</p>", "1\u00a0000 m"),
    ],
)
def test_what_is_read(source: str, out: str, text: str) -> None:
    rich = read(source)
    assert rich
    assert (as_html(rich), rich.text) == (out, text)
    Checked(out)


@pytest.mark.parametrize(
    ("source", "out"),
    [
        ("</b></p>x", "<p>x</p>"),
        ("<b>a<i>b</b>c</i>", "<p><strong>a</strong><strong><em>b</em></strong><em>c</em></p>"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<ul><li>b</p></ul>", "<p>a</p><ul><li>b</li></ul>"),
        ("<li>a</li>", "<p>a</p>"),
        (
            "<b>a<ul><li>b</li></ul>c</b>",
            "<p><strong>a</strong></p><ul><li><strong>b</strong></li></ul><p><strong>c</strong></p>",
        ),
        ("<script>alert(1)</script><style>x</style>a", "<p>a</p>"),
        ("<a href=\"javascript:alert(1)\">a</a><a href='data:text/html,x'>b</a>", "<p>ab</p>"),
        ('<a href=" https://x.y">a</a><a href="https://x.y/ onclick=z">b</a>', "<p>ab</p>"),
        ("<a href='https://x.y/\u202egpj.exe'>a</a><a>b</a>", "<p>ab</p>"),
        ('<a href="https://x.y/&quot;onclick=&quot;x">a</a>', "<p>a</p>"),
        ("<svg onload=x><p onclick=x>a</p></svg><iframe>b</iframe>", "<p>a</p>"),
        ("<<b>a</b>", "<p>&lt;<strong>a</strong></p>"),
        ("<b <i>a", "<p>&lt;b <em>a</em></p>"),
        ("&#9999999999999; &#x110000; &#0; a", "<p>\ufffd \ufffd \ufffd a</p>"),
        ("&#" + "9" * 5000 + "; a", "<p>\ufffd a</p>"),
        ("<!-- a", "<p>a</p>"),
        ("<pre>a", "<pre><code>a</code></pre>"),
        ("<code>a", "<p><code>a</code></p>"),
        ("<ul></ul><p></p><b></b>a<ol><li></li></ol>", "<p>a</p>"),
    ],
)
def test_what_is_wrong_is_put_right(source: str, out: str) -> None:
    rich = read(source)
    assert rich and as_html(rich) == out
    Checked(out)


@pytest.mark.parametrize("source", ["", " ", "<p></p>", "<br><br>", "<mx-reply>a", "<script>x", "<ul><li></ul>"])
def test_what_says_nothing_is_none(source: str) -> None:
    assert read(source) is None


_TAGS = (*sorted(ALLOWED), "b", "table", "td", "h1", "del", "mx-reply", "div", "sup")
_SIGNS = ("a", " ", "\n", "<", ">", "&", "&lt;", "'", '"', "<!--", "-->")
_OTHERS = ("<a href='https://x.y'>", "<a href='https://matrix.to/#/@a:b'>", "<span data-mx-spoiler>")
_NASTY = st.lists(
    st.sampled_from([*(f"<{tag}>" for tag in _TAGS), *(f"</{tag}>" for tag in _TAGS), *_OTHERS, *_SIGNS]),
    max_size=40,
)


@given(_NASTY)
def test_whatever_comes_in_what_comes_out_may_be_posted(parts: list[str]) -> None:
    rich = read("".join(parts))
    if rich:
        Checked(as_html(rich))
        assert all(line.items for line in rich.lines)


HOSTILE = {
    "signs": "<",
    "open tags": "<a ",
    "bold": "<b>",
    "quotes": "<blockquote>",
    "lists": "<ul><li>x",
    "comments": "<!--",
    "attributes": '<a href="',
    "references": "&",
    "digits": "&#99999999",
    "marks": "<b>x</b>",
    "paragraphs": "<p>x</p>",
    "ends": "</b>",
    "crossed": "<b><i>x</b>",
    "blanks": " ",
    "breaks": "x<br>",
    "mentions": "<a href='https://matrix.to/#/@a:b'>",
    "hidden": "<mx-reply>",
    "deep": "<ul>" * 60 + "</ul>x",
    "names": "<" + "a" * 15 + " ",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_html_is_read_in_little_time(kind: str) -> None:
    source = (HOSTILE[kind] * MOST_CHARACTERS)[:MOST_CHARACTERS]
    assert takes_under(0.05, lambda: read(source))
    assert read(source + "xx") is None
