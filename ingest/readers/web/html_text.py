"""The text of a cell of a web page as it is drawn: what is hidden is left out, what stands beside a number stays apart from it.

Source: HTML Living Standard §4.10 (forms), §4.5.10 (ruby), §15.3 (hidden elements); CSS 2.2 §11.2 (visibility), §10.8.1 (raised text).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.readers.row_edges import OBJECT
from ingest.words.text import read_number

Node = Any
SKIP = {
    *[
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "object",
        "-comment",
        "del",
        "s",
        "strike",
        "option",
        "datalist",
        "dialog",
        "rt",
        "rp",
    ],
    *["annotation", "annotation-xml", "title", "desc", "canvas", "audio", "video", "head"],
}
BLOCK = {
    *[
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "tr",
        "td",
        "th",
        "hr",
        "dd",
        "dt",
        "center",
    ],
}
_RUNS = re.compile(r"\s*(?:module|(?:(?:text|application)/)?(?:x-)?(?:java|ecma|j|vb)script[\d.]*)?\s*", re.I)
_CONTROLS = {"input", "select", "textarea", "button"}
_DRAWN = {"img", "svg", "canvas", "object", "embed", "iframe", "meter", "progress", "video"}
_TYPED = {
    "text",
    "number",
    "tel",
    "search",
    "email",
    "url",
    "date",
    "month",
    "week",
    "time",
    "datetime-local",
    "password",
    "range",
    "",
}
_PRESSED = {"button", "submit", "reset"}
_ROW_OF_CHARACTERS = {
    "math",
    "mrow",
    "mstyle",
    "mn",
    "mi",
    "mo",
    "mtext",
    "mspace",
    "semantics",
    "-text",
    "annotation",
    "annotation-xml",
}
_GONE = re.compile(r"display\s*:\s*none", re.I)
_HIDDEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all|text-decoration[a-z-]*\s*:[^;]*line-through"
    r"|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$|!)|font-size\s*:\s*0(?:\.0*)?(?:px|pt|em|%)?\s*(?:;|$|!)|text-indent\s*:\s*-\d{3,}",
    re.I,
)
_RAISED = re.compile(r"vertical-align\s*:\s*(?:super|sub)\b|mso-text-raise\s*:\s*-?[1-9]", re.I)
_PALE = r"(?:#?(?:f{3,4}|(?:f[0-9a-f]){3}(?:[0-9a-f]{2})?)\b|(?:white|snow|ivory)\b|rgba?\(\s*(?:2[45]\d[\s,]+){2}2[45]\d\b)"
_WHITE = re.compile(rf"(?<!-)\bcolor\s*:\s*{_PALE}", re.I)
_PALE_COLOR = re.compile(rf"\s*{_PALE}", re.I)
_GROUND = re.compile(rf"\bbackground(?:-color)?\s*:\s*(?!{_PALE}|none|transparent|inherit|initial|unset|url)[^\s;]", re.I)
_APART = re.compile(r"position\s*:\s*(?:absolute|fixed)|float\s*:\s*right", re.I)
_INLINE = {"span", "font", "b", "i", "em", "strong", "a", "u", "label", "small", "big", "tt", "code", "sup", "sub"}
_NAMED = ("style", "class", "href", "aria-hidden", "color")
_LOOKS = {*_NAMED, "hidden"}
_NOTE_LINK = re.compile(r"#_?(?:ftn|edn|fn|en|cite|note|ref|msocom)", re.I)
_NOTE_CLASS = re.compile(r"Mso(?:Footnote|Endnote|Comment)Reference|footnote-ref", re.I)
_READ_ALOUD = re.compile(r"\b(?:sr-only|visually-hidden|screen-reader-text|katex-mathml|MathJax_Preview|MJX_Assistive_MathML)\b")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]*)\}")
_CLASS = re.compile(r"^\s*[a-z0-9]*\.([\w-]+)\s*$", re.I)
_SPACES = re.compile(r"[ \t\r\n]+")
_TINY = re.compile(r"^\s*[0-3](?:px)?\s*$")


def spaced(text: str) -> str:
    """A text without the spaces at its ends, each stretch of spaces and line breaks one space."""
    if "\n" in text or "  " in text or "\t" in text or "\r" in text:
        text = _SPACES.sub(" ", text)
    return text.strip()


class Texts:
    """Reads cells; knows which classes the style sheet of the page hides, raises or sets apart."""

    def __init__(self, css: str) -> None:
        self._gone, self._hidden, self._raised, self._apart, self._white, self._ground = (
            frozenset(_classes(css, pattern)) for pattern in (_GONE, _HIDDEN, _RAISED, _APART, _WHITE, _GROUND)
        )
        self.styles = self._gone, self._hidden, self._raised, self._apart, self._white, self._ground
        self._looks: dict[tuple[str | bool | None, ...], str] = {}  # a page has few styles in many places

    def cell(self, td: Node) -> str:
        """The text of a cell, its lines as they are drawn."""
        parts: list[str] = []
        self._gather(td, parts)
        lines = [line for piece in "".join(parts).split("\v") if (line := spaced(piece))]
        if OBJECT in lines and len(lines) > 1:  # a picture beside a text says nothing about it
            lines = [line for line in lines if line != OBJECT] or [OBJECT]
        return "\n".join(lines)

    def inline(self, node: Node) -> str | None:
        """The text of an element in a line of running text, where it is not simply the text in it; None where it is.

        Whole parts of a page may be hidden until they are asked for, and are read; pieces of a line are not.
        """
        tag = node.tag
        if tag in _CONTROLS:
            value = _value(node) if tag == "input" else ""
            return value if any(c.isdigit() for c in value) else ""
        look = self.look(node) if tag in _INLINE else ""
        if look == "hidden":
            return ""
        text = spaced(node.text()) if look == "raised" or (look == "white" and self._is_pale(node, node.text())) else ""
        return f"^{text}" if any(c.isdigit() for c in text) else None

    def is_removed(self, node: Node) -> bool:
        """Whether a cell or row is taken out of its table, so that the next one moves into its place."""
        attributes = node.attributes
        if not attributes or not ("style" in attributes or "class" in attributes):
            return "hidden" in attributes
        return "hidden" in attributes or self._has(attributes, _GONE, self._gone)

    def look(self, node: Node) -> str:
        """Whether a piece of a text is hidden, raised (the mark of a note), white, or drawn or read apart from what stands before it."""
        attributes = node.attributes
        if not attributes or not _LOOKS & attributes.keys():
            return "raised" if node.tag in ("sup", "sub") else ""
        key = (*(attributes.get(name) for name in _NAMED), "hidden" in attributes, node.tag in ("sup", "sub"))
        if key not in self._looks:
            self._looks[key] = self._look(attributes, node.tag in ("sup", "sub"))
        return self._looks[key]

    def is_plain(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Whether an element with these attributes shows its text as it stands, whatever that text is."""
        if "hidden" in attributes or tag in ("sup", "sub"):
            return False
        return not (self._look(attributes, False) or self._has(attributes, _GONE, self._gone))

    def _look(self, attributes: Mapping[str, str | None], is_raised: bool) -> str:
        if "hidden" in attributes or self._has(attributes, _HIDDEN, self._hidden):
            return "hidden"
        names, link = attributes.get("class") or "", attributes.get("href") or ""
        if is_raised or _NOTE_CLASS.search(names) or _NOTE_LINK.match(link):
            return "raised"
        if self._has(attributes, _RAISED, self._raised):
            return "raised"
        if self._has(attributes, _WHITE, self._white) or _PALE_COLOR.match(attributes.get("color") or ""):
            return "white"
        aloud = attributes.get("aria-hidden") == "true" or _READ_ALOUD.search(names)
        return "apart" if aloud or self._has(attributes, _APART, self._apart) else ""

    @staticmethod
    def _has(attributes: Mapping[str, str | None], pattern: re.Pattern[str], classes: frozenset[str]) -> bool:
        style, names = attributes.get("style"), attributes.get("class")
        return bool(style and pattern.search(style)) or bool(classes and names and classes & set(names.split()))

    def _gather(self, node: Node, parts: list[str]) -> None:
        for child in node.iter(include_text=True):
            tag = child.tag
            if tag == "-text":
                parts.append(child.text_content or "")
            elif (look := self.look(child)) == "hidden":
                continue
            elif tag in _CONTROLS or tag in _DRAWN or tag == "math":
                parts += _special(child)
            elif tag == "script":
                parts += _written(child)
            elif tag not in SKIP:
                # \v marks a drawn line break; line breaks of the source text are only spaces.
                block = tag in BLOCK
                at = len(parts)
                parts.append("\v" if block else "")
                self._gather(child, parts)
                parts.append("\v" if block and tag != "br" else "")
                text = "".join(parts[at:]) if look else ""
                if look == "white" and self._is_pale(child, text):
                    parts[at] += "^"
                elif look and look != "white" and not block:
                    self._set_apart(parts, at, look)

    def unseen(self, td: Node, text: str) -> str:
        """The text of a cell that is hidden or white as a whole: nothing, or a number with a mark that it is not to be seen."""
        if self.look(td) == "hidden":
            return ""
        looks = (self.look(node) for node in (td, td.parent) if node is not None)
        return f"^{text}" if "white" in looks and self._is_pale(td, text) else text

    def _is_pale(self, node: Node, text: str) -> bool:
        """Whether a white piece is a number on white paper; white words are headings on a dark ground."""
        text = text.replace("\v", " ").strip()
        if not any(c.isdigit() for c in text) or (any(map(str.isalpha, text)) and read_number(text).state == "unreadable"):
            return False
        while node is not None and node.tag != "body":
            attributes, color = node.attributes, node.attributes.get("bgcolor")
            if self._has(attributes, _GROUND, self._ground) or (color and not _PALE_COLOR.match(color)):
                return False
            node = node.parent
        return True

    @staticmethod
    def _set_apart(parts: list[str], at: int, look: str) -> None:
        """Keep the digits of a piece from following on those before it: the mark of a note is no digit of a number."""
        text = "".join(parts[at:])
        if any(c.isdigit() for c in text):
            parts[at] = "\v" if look == "apart" else "^"
            parts.append("\v" if look == "apart" else "")


def _classes(css: str, pattern: re.Pattern[str]) -> set[str]:
    """The classes to which a style sheet gives a property by their name alone."""
    found = set()
    for names, properties in _RULE.findall(css[:500_000]) if pattern.search(css) else ():
        if pattern.search(properties):
            found |= {named[1] for name in names.split(",") if (named := _CLASS.match(name))}
    return found


def _written(script: Node) -> list[str]:
    """What stands for a script in a cell: a browser may show what it says there; what it writes in its place is beside the text, too."""
    kind, source = script.attributes.get("type") or "", script.text()
    if not _RUNS.fullmatch(kind) or not (source.strip() or script.attributes.get("src")):
        return []
    return ["\v", OBJECT * 2 if "document.write" in source else OBJECT, "\v"]


def _special(node: Node) -> list[str]:
    """What a form control, a picture or a formula shows, apart from the text beside it."""
    if node.tag == "math":
        inner = {child.tag for child in node.traverse(include_text=True)}
        if not inner <= _ROW_OF_CHARACTERS:
            return ["\v", OBJECT, "\v"]
        return ["\v", "".join(_mathematics(node)), "\v"]
    if node.tag in _CONTROLS:
        return ["\v", _value(node), "\v"]
    sizes = [node.attributes.get(name) or "" for name in ("width", "height")]
    return [] if any(_TINY.match(size) for size in sizes) else ["\v", OBJECT, "\v"]


def _mathematics(node: Node) -> list[str]:
    """The characters of a formula, not of its source beside it."""
    parts = []
    for child in node.iter(include_text=True):
        if child.tag == "-text":
            parts.append(spaced(child.text_content or ""))
        elif not child.tag.startswith("annotation"):
            parts += _mathematics(child)
    return parts


def _value(control: Node) -> str:
    """What stands in a form control; a saved page may have lost what was typed, so one that says nothing of it is not blank."""
    attributes = control.attributes
    kind = (attributes.get("type") or "").strip().lower()
    if control.tag in ("textarea", "button"):
        return str(control.text())
    if control.tag == "select":
        chosen = [option for option in control.css("option") if "selected" in option.attributes]
        return spaced(chosen[-1].text()) if len(chosen) == 1 else OBJECT
    if kind in _TYPED or kind in _PRESSED:
        return OBJECT if attributes.get("value") is None and kind in _TYPED else attributes.get("value") or ""
    return OBJECT if kind in ("checkbox", "radio", "image", "file", "color") and "checked" in attributes else ""
