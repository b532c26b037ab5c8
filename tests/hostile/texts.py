"""Words that would like to be something else: markup, a script, a head of a message, an address.

Everything in them that a program could take for itself carries the mark `zq7`, so that it can be told from
what the platform has written: an element, an attribute or an address with the mark in it was made of a text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Comment, Element

import tinyhtml5

MARK = "zq7"

TEXTS = {
    "an element": "<zq7 onzq7='zq7()'>a</zq7>",
    "a script": "<script>zq7()</script>",
    "the end of what it stands in": "</title></textarea></style></script></select><script>zq7()</script>",
    "the end of an attribute": "\"'><img src=//zq7.example/a.png onerror=zq7()>",
    "a new attribute": "\" onmouseover=zq7() autofocus onfocus=zq7() x=\"' onfocus='zq7()",
    "an attribute without quotes": "x onfocus=zq7() style=background:url(//zq7.example/b)",
    "a drawing": "<svg onload=zq7()><use href=//zq7.example/c#a></svg>",
    "a frame": "<iframe srcdoc='<script>zq7()</script>' src=//zq7.example/d></iframe>",
    "a sheet of styles": "<style>@import url(//zq7.example/e);</style><link rel=stylesheet href=//zq7/f>",
    "another address for all": "<base href=//zq7.example/><meta http-equiv=refresh content='0;url=//zq7'>",
    "a form of its own": "<form action=//zq7.example/><input name=zq7><button formaction=//zq7.example/>",
    "coded signs": "&lt;zq7&gt; &#60;script&#62;zq7()&#60;/script&#62; &amp;zq7; &quot;onzq7=1",
    "an address that runs": "javascript:zq7()//https://zq7.example/",
    "an address that holds a page": "data:text/html;base64,PHNjcmlwdD56cTcoKTwvc2NyaXB0Pg==zq7",
    "a template": "{{ zq7 }}{% debug %}{% include 'zq7' %}{{ 7|add:7 }}{# zq7 #}${zq7}<%= zq7 %>#{zq7}",
    "a file of the server": "<img src=file:///etc/zq7><link rel=attachment href=file:///etc/zq7>",
    "a file for paper": "<a rel=attachment href=file:///zq7>a</a><object data=file:///zq7></object>url(file:///zq7)",
    "a table's formula": '=HYPERLINK("http://zq7.example";"zq7")+cmd|\'/C zq7\'!A0',
    "the end of a comment": "--><zq7>]]><!-- zq7",
    "an old script": "<IMG SRC=`javascript:zq7()`><BODY BACKGROUND='//zq7.example'>",
    "half an element": "<img src=//zq7.example/g alt=",
    "letters that look alike": "\uff1czq7\uff1e \u02c2script\u02c3 \u2039zq7\u203a \u0430dmin zq7",
    "a word without end": "zq7" + "w" * 140,
    "signs of markup alone": "<<<>>>&&&\"\"\"'''``` zq7 <!DOCTYPE zq7> <?xml zq7?> <![CDATA[zq7]]>",
}
"""By what each would like to be."""

EMAIL = '"<img/src=//zq7.example/onerror=zq7()>"@zq7.example'
"""An address that is one."""

_LEADS = {
    "href",
    "src",
    "action",
    "formaction",
    "srcdoc",
    "data",
    "background",
    "poster",
    "xlink:href",
    "ping",
    "cite",
}
_FORBIDDEN = {"style", "script", "iframe", "object", "embed", "base", "form", "link", "meta", "img", "use"}


@dataclass
class Found:
    """What a page made of the texts. `wrong`: in words; `shown`: how often the mark stands there as text."""

    wrong: list[str] = field(default_factory=list)
    shown: int = 0
    text: str = ""


def read(page: str, *, scripted: bool = False) -> Found:
    """Parses a page as browsers do, and looks for what was made of a text."""
    found = Found()
    root: Element = tinyhtml5.parse(page, namespace_html_elements=False)
    for element in root.iter():
        if element.tag is Comment:
            if MARK in (element.text or ""):
                found.wrong.append(f"a comment holds {element.text!r}")
            continue
        tag = str(element.tag).rpartition("}")[2].lower()
        if MARK in tag:
            found.wrong.append(f"an element <{tag}>")
        for name, value in element.attrib.items():
            found.wrong.extend(_of_attribute(tag, str(name).lower(), value))
        if tag in ("script", "style") and MARK in (element.text or ""):
            found.wrong.append(f"<{tag}> holds {element.text!r}")
    found.text = plain(" ".join(root.itertext()))
    found.shown = found.text.count(MARK) + sum(
        value.count(MARK) for element in root.iter() for value in element.attrib.values()
    )
    return found


def _of_attribute(tag: str, name: str, value: str) -> Iterator[str]:
    if MARK in name or name.startswith("on"):
        yield f"<{tag} {name}={value[:60]!r}>"
    elif name == "style" and MARK in value:
        yield f"<{tag} style={value[:60]!r}>"
    elif (
        name in _LEADS
        and MARK in value
        and not value.startswith(("mailto:", "tel:", "/", "#", "?", "https://wa.me/"))
    ):
        yield f"<{tag} {name}={value[:60]!r}> leads elsewhere"
    elif (
        name in _LEADS
        and re.match(r"\s*(javascript|data|vbscript|file):", value, re.IGNORECASE)
        and MARK in value
    ):
        yield f"<{tag} {name}={value[:60]!r}> runs"


def plain(text: str) -> str:
    """A text as it is read: without doubled blanks."""
    return " ".join(text.split())


def escaped(text: str) -> str:
    return html.escape(text)
