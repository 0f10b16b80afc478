"""Reads a map page back: its data, its scripts, its policy."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any


class Page(HTMLParser):
    """The tags of a page as a browser would find them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.title = ""
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the name is the base class's
        self._open = ""

    def handle_data(self, text: str) -> None:
        if self._open == "script":
            attributes, before = self.scripts[-1]
            self.scripts[-1] = attributes, before + text
        elif self._open == "title":
            self.title += text

    @property
    def data(self) -> Any:
        return json.loads(next(text for attributes, text in self.scripts if attributes.get("type") == "application/json"))

    @property
    def code(self) -> list[str]:
        return [text for attributes, text in self.scripts if "type" not in attributes]

    @property
    def policy(self) -> str:
        metas = [attributes for tag, attributes in self.tags if tag == "meta"]
        return next(x["content"] or "" for x in metas if x.get("http-equiv") == "Content-Security-Policy")
