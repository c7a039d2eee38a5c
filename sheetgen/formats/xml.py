"""XML for platforms: elements with their texts, and the bytes of a document."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

Element = Xml.Element


def child(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """A new element in ``parent``."""
    found = Xml.SubElement(parent, tag, attributes)
    found.text = text or None
    return found


def document(root: Element) -> bytes:
    """The document in UTF-8, a line an element; the same bytes for the same elements."""
    Xml.indent(root, "")
    body: bytes = Xml.tostring(root, "utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"
