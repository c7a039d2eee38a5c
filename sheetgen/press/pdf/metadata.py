"""What a tagged PDF says of itself in XML: title, language, and that it keeps PDF/UA-1."""

from __future__ import annotations

from markupsafe import escape

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"\
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
{author}<xmp:CreatorTool>sheetgen</xmp:CreatorTool>
<pdf:Producer>sheetgen</pdf:Producer>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""
_AUTHOR = "<dc:creator><rdf:Seq><rdf:li>{}</rdf:li></rdf:Seq></dc:creator>\n"


def metadata(title: str, author: str, lang: str) -> bytes:
    """The stream of a document's metadata, not compressed, so that any program finds it."""
    by = _AUTHOR.format(escape(author)) if author else ""
    data = _XMP.format(title=escape(title), lang=escape(lang), author=by).encode()
    head = f"<</Type/Metadata/Subtype/XML/Length {len(data)}>>stream\n".encode("ascii")
    return head + data + b"\nendstream"
