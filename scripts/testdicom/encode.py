"""Data sets as dictionaries {tag: (vr, value)}, and their bytes.

A value is bytes (taken as they are), a string (ASCII), a number or a list of them, or for SQ a list of data sets; with
"raw" in place of the VR it is the whole element's bytes. A small encoder of our own, because tests need bytes that a
library refuses to write. Source: DICOM PS3.5 section 7, PS3.10 section 7.1.
"""

import hashlib
import struct
import zlib
from typing import NamedTuple


class Syntax(NamedTuple):
    uid: str
    explicit: bool = True
    order: str = "<"


IMPLICIT = Syntax("1.2.840.10008.1.2", explicit=False)
EXPLICIT = Syntax("1.2.840.10008.1.2.1")
DEFLATED = Syntax("1.2.840.10008.1.2.1.99")
BIG_ENDIAN = Syntax("1.2.840.10008.1.2.2", order=">")
JPEG_BASELINE = Syntax("1.2.840.10008.1.2.4.50")
HTJ2K = Syntax("1.2.840.10008.1.2.4.201")

FORMATS = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d"}
LONG_FORM = {"OB", "OW", "OD", "OF", "OL", "OV", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"}
ZERO_PADDED = {"UI", "OB", "UN"}
UNDEFINED = 0xFFFFFFFF


def uid(text):
    """A UID that looks random, the same for the same text."""
    return f"2.25.{int.from_bytes(hashlib.sha256(text.encode()).digest()[:16], 'big')}"


def tag_bytes(tag, syntax):
    return struct.pack(syntax.order + "HH", tag >> 16, tag & 0xFFFF)


def item_bytes(content, syntax):
    head = tag_bytes(0xFFFEE000, syntax) + struct.pack(syntax.order + "I", UNDEFINED)
    return head + content + tag_bytes(0xFFFEE00D, syntax) + bytes(4)


def value_bytes(vr, value, syntax):
    if vr == "SQ" and not isinstance(value, bytes):
        return b"".join(item_bytes(encode(item, syntax), syntax) for item in value)
    if isinstance(value, str):
        value = value.encode("ascii")
    if not isinstance(value, bytes):
        values = value if isinstance(value, list) else [value]
        value = struct.pack(f"{syntax.order}{len(values)}{FORMATS[vr]}", *values)
    padding = b"\0" if vr in ZERO_PADDED else b" "
    return value + padding * (len(value) % 2)


def header(tag, vr, length, syntax):
    """What stands before a value."""
    start = tag_bytes(tag, syntax)
    if not syntax.explicit:
        return start + struct.pack(syntax.order + "I", length)
    if vr in LONG_FORM:
        return start + vr.encode() + bytes(2) + struct.pack(syntax.order + "I", length)
    return start + vr.encode() + struct.pack(syntax.order + "H", length)


def element(tag, vr, value, syntax=EXPLICIT):
    if vr == "raw":
        return value
    content = value_bytes(vr, value, syntax)
    if vr == "SQ":
        end = tag_bytes(0xFFFEE0DD, syntax) + bytes(4)
        return header(tag, vr, UNDEFINED, syntax) + content + end
    return header(tag, vr, len(content), syntax) + content


def encode(dataset, syntax=EXPLICIT):
    return b"".join(element(tag, *dataset[tag], syntax) for tag in sorted(dataset))


def unknown_sequence(tag, item):
    """A sequence as a UN element of undefined length, whose items are in implicit form (PS3.5 section 6.2.2)."""
    content = item_bytes(encode(item, IMPLICIT), IMPLICIT) + tag_bytes(0xFFFEE0DD, IMPLICIT) + bytes(4)
    return header(tag, "UN", UNDEFINED, EXPLICIT) + content


def encapsulated(fragments):
    """Pixel data in fragments, with an empty offset table."""
    items = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(part)) + part for part in [b"", *fragments])
    return header(0x7FE00010, "OB", UNDEFINED, EXPLICIT) + items + struct.pack("<HHI", 0xFFFE, 0xE0DD, 0)


def deflate(content):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(content) + packer.flush()
    return packed + bytes(len(packed) % 2)


def file_start(sop_class, sop_instance, syntax=EXPLICIT, preamble=bytes(128), more=None):
    """Preamble and file meta information."""
    meta = {
        0x00020001: ("OB", b"\0\1"),
        0x00020002: ("UI", sop_class),
        0x00020003: ("UI", sop_instance),
        0x00020010: ("UI", syntax.uid),
        0x00020012: ("UI", uid("implementation")),
        **(more or {}),
    }
    content = encode(meta)
    return preamble + b"DICM" + element(0x00020000, "UL", len(content)) + content


def part10(dataset, syntax=EXPLICIT, tail=b"", preamble=bytes(128), meta=None):
    """A whole file; `tail` is put after the encoded data set as it is."""
    identity = [dataset.get(tag, ("UI", ""))[1] for tag in (0x00080016, 0x00080018)]
    content = encode(dataset, syntax) + tail
    if syntax == DEFLATED:
        content = deflate(content)
    return file_start(*identity, syntax, preamble, meta) + content
