"""What the file says of itself to programs: XMP metadata, the colour space of its output, and its identifier.

Both are parts of PDF/A-3b (ISO 19005-3, 6.6 and 6.2.3). The claim to conform stays off: no independent validator has
passed the file, and docs/pdfa.md says which parts are tested by what.
"""

import struct
import uuid
from datetime import datetime
from html import escape

CLAIMED = False
"""Whether the metadata claims PDF/A-3b; true only when an independent validator has passed the samples."""
CONDITION = "sRGB IEC61966-2.1"
_WHITE = (0.9642, 1.0, 0.8249)
"""D50, as every profile's connection space has it."""
_PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
"""Of IEC 61966-2-1, adapted to D50 after Bradford."""
_ADAPTATION = (1.04788, 0.02292, -0.05022, 0.02959, 0.99048, -0.01707, -0.00925, 0.01508, 0.75168)
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
"""IEC 61966-2-1's curve, as ICC's parametric function of type 3."""
_HEADER = 128
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{moment}</xmp:CreateDate>
<xmp:ModifyDate>{moment}</xmp:ModifyDate>
<xmp:MetadataDate>{moment}</xmp:MetadataDate>
<pdf:Producer>{producer}</pdf:Producer>
<xmpMM:DocumentID>uuid:{identifier}</xmpMM:DocumentID>
<xmpMM:InstanceID>uuid:{identifier}</xmpMM:InstanceID>
{claim}</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""
_CLAIM = "<pdfaid:part>3</pdfaid:part>\n<pdfaid:conformance>B</pdfaid:conformance>\n"


def xmp(
    *,
    title: str,
    author: str,
    subject: str,
    creator: str,
    producer: str,
    language: str,
    made_at: datetime,
    identifier: str,
) -> bytes:
    """The XMP packet: the same words as the document's information has. `identifier` has 32 hexadecimal digits."""
    said = {
        "title": title,
        "author": author,
        "subject": subject,
        "creator": creator,
        "producer": producer,
        "language": language,
    }
    return _PACKET.format(
        **{name: escape(text, quote=False) for name, text in said.items()},
        moment=f"{made_at:%Y-%m-%dT%H:%M:%S}Z",
        identifier=uuid.UUID(identifier),
        claim=_CLAIM if CLAIMED else "",
    ).encode("utf-8")


def srgb() -> bytes:
    """An ICC profile (version 4.2, matrix and curve) of sRGB, the same bytes everywhere."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags: list[tuple[bytes, bytes]] = [
        (b"desc", _words("sRGB, built by GPU Inspector")),
        (b"cprt", _words("No copyright is claimed")),
        (b"wtpt", _point(_WHITE)),
        (b"chad", b"sf32" + bytes(4) + _fixed(*_ADAPTATION)),
        *((name, _point(point)) for name, point in _PRIMARIES.items()),
        *((name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")),
    ]
    table, body, places = b"", b"", dict[bytes, int]()
    start = _HEADER + 4 + 12 * len(tags)
    for name, data in tags:
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
        table += name + struct.pack(">II", places[data], len(data))
    header = struct.pack(
        ">I4sI4s4s4s6H4s4sI4s4sQI12s4s44s",
        *(start + len(body), b"", 0x04200000, b"mntr", b"RGB ", b"XYZ "),
        *(2026, 1, 1, 0, 0, 0),
        *(b"acsp", b"", 0, b"", b"", 0, 0, _fixed(*_WHITE), b"", b""),
    )
    return header + struct.pack(">I", len(tags)) + table + body


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(number * 65536)) for number in numbers)


def _point(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _words(text: str) -> bytes:
    data = text.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II", 1, 12) + b"enUS" + struct.pack(">II", len(data), 28) + data
