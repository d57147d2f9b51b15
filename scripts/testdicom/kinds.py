"""One file for each reason to refuse a file, and for each uncommon form that is sound. The file's name says which."""

import struct

from .encode import (BIG_ENDIAN, DEFLATED, HTJ2K, IMPLICIT, JPEG_BASELINE, deflate, element, encapsulated, encode,
                     file_start, item_bytes, part10, uid, unknown_sequence)
from .images import CT, PIXEL_DATA, image, noise

STORAGE = "1.2.840.10008.5.1.4.1.1."
MR = STORAGE + "4"

# A JPEG stream in form only: the markers of start and end, and a comment between them.
JPEG = bytes.fromhex("ffd8fffe000674657374ffd9")


def without(name, *tags):
    dataset = image(name)
    for tag in tags:
        del dataset[tag]
    return dataset


def tiny_elements(count):
    """A file that is small on the disk and large in memory."""
    tiny = {(0x3000 + 2 * (number >> 16) << 16) | (number & 0xFFFF): ("CS", "A") for number in range(count)}
    return {"tiny": part10(image("tiny") | tiny, DEFLATED)}


def damaged():
    """Files that are not what they should be."""
    whole = part10(image("truncated"))
    inside_uid = whole.index(uid("study truncated").encode()) + 10
    before_pixels = len(whole) - 64 * 64 * 2 - 12
    jpeg = encapsulated([JPEG * 100])
    no_pixels = without("unreadable", PIXEL_DATA)
    bomb = image("bomb") | {0x00189999: ("UT", b" " * (40 << 20))}
    return {
        "empty": b"",
        "not-dicom": b"This is a text, long enough to be a preamble and more.\n" * 10,
        "no-part-10-header": encode(image("bare")),
        "preamble-only": bytes(128) + b"DICM",
        "no-sop-class": part10(without("no-sop-class", 0x00080016)),
        "no-sop-instance": part10(without("no-sop-instance", 0x00080018)),
        "no-study": part10(without("no-study", 0x0020000D)),
        "truncated-header": whole[:inside_uid],
        "truncated-tag": whole[: before_pixels + 3],
        "truncated-pixels": whole[:-1000],
        "truncated-encapsulated": part10(no_pixels, JPEG_BASELINE, jpeg[:-108]),
        "truncated-deflated": part10(image("inflate"), DEFLATED)[:-2000],
        "encapsulated-without-end": part10(no_pixels, JPEG_BASELINE, jpeg[:-8]),
        "encapsulated-bad-item": part10(no_pixels, JPEG_BASELINE, jpeg[:20] + b"\xff" * 8 + jpeg[28:]),
        "length-beyond-the-end": part10(no_pixels, tail=struct.pack("<HH2sHI", 0x7FE0, 0x10, b"OW", 0, 1 << 30)),
        "no-such-vr": part10(no_pixels, tail=b"\x10\x70\x01\x00?!\x00\x00\x04\x00\x00\x00abcd"),
        "trailing-bytes": whole + b"these bytes are no element",
        "deflated-bomb": part10(bomb, DEFLATED),
    }


def refused_by_policy():
    """Objects that profile basic never takes, and a DICOMDIR."""

    def of_class(name, sop_class, modality, more):
        dataset = without(name, PIXEL_DATA) | more
        return part10(dataset | {0x00080016: ("UI", sop_class), 0x00080060: ("CS", modality)})

    text = {0x0040A040: ("CS", "TEXT"), 0x0040A160: ("UT", "a finding")}
    report = {0x0040A730: ("SQ", [text]), 0x0040A040: ("CS", "CONTAINER")}
    document = {0x00420011: ("OB", b"%PDF-1.4 test"), 0x00420012: ("LO", "application/pdf")}
    annotation = {0x0040B020: ("SQ", [{0x00700006: ("ST", "seen by a doctor")}])}
    directory = {0x00041130: ("CS", "TEST"), 0x00041220: ("SQ", [])}
    media = file_start("1.2.840.10008.1.3.10", uid("directory"))
    return {
        "structured-report": of_class("sr", STORAGE + "88.22", "SR", report),
        "dose-report": of_class("rdsr", STORAGE + "88.67", "SR", report),
        "key-objects": of_class("ko", STORAGE + "88.59", "KO", report),
        "presentation-state": of_class("pr", STORAGE + "11.1", "PR", {0x00700080: ("CS", "LABEL")}),
        "encapsulated-pdf": of_class("pdf", STORAGE + "104.1", "DOC", document),
        "encapsulated-cda": of_class("cda", STORAGE + "104.2", "DOC", document),
        "raw-data": of_class("raw", STORAGE + "66", "MR", {0x00290010: ("LO", "TEST")}),
        "waveform-annotation": of_class("ecg", STORAGE + "9.1.1", "ECG", annotation),
        "private-sop-class": of_class("private", "1.3.12.2.1107.5.9.1", "CT", {}),
        "unregistered-sop-class": of_class("unregistered", STORAGE + "2.19530412.4711", "CT", {}),
        "dicomdir": media + encode(directory),
    }


def pixel_text():
    """Images whose pixels may carry text; the first word of a name is the class that allows it."""

    def of_class(name, sop_class, modality, more=None):
        identity = {0x00080016: ("UI", sop_class), 0x00080060: ("CS", modality)}
        return part10(image(name) | identity | (more or {}))

    colour = {0x00280002: ("US", 3), 0x00280004: ("CS", "RGB"), 0x00280006: ("US", 0), 0x00280100: ("US", 8),
              0x00280101: ("US", 8), 0x00280102: ("US", 7), PIXEL_DATA: ("OB", noise(64 * 64 * 3, 4))}

    def overlay(bits, position):
        return {0x60000010: ("US", 64), 0x60000011: ("US", 64), 0x60000040: ("CS", "G"), 0x60000050: ("SS", [1, 1]),
                0x60000100: ("US", bits), 0x60000102: ("US", position)}

    return {
        "burned-in": of_class("burned", CT, "CT", {0x00280301: ("CS", "YES")}),
        "secondary-capture": of_class("capture", STORAGE + "7", "OT", {0x00080064: ("CS", "WSD")}),
        "secondary-capture_conversion": of_class("converted", MR, "MR", {0x00080064: ("CS", "DI")}),
        "ultrasound": of_class("us", STORAGE + "6.1", "US"),
        "ultrasound_multi-frame": of_class("cine", STORAGE + "3.1", "US", {0x00280008: ("IS", "1")}),
        "visible-light": of_class("photo", STORAGE + "77.1.4", "XC", colour),
        "endoscopy": of_class("endo", STORAGE + "77.1.1", "ES", colour),
        "digitised-film": of_class("film", STORAGE + "1", "CR", {0x00080064: ("CS", "DF")}),
        "screen": of_class("screen", CT, "CT", {0x00080008: ("CS", "DERIVED\\SECONDARY\\SCREEN SAVE")}),
        "screen_dose": of_class("dose", CT, "CT", {0x00080008: ("CS", "DERIVED\\SECONDARY\\DOSE_INFO")}),
        "screen_protocol": of_class("protocol", CT, "CT", {0x00080008: ("CS", "DERIVED\\SECONDARY\\PROTOCOL")}),
        "rgb_ct": of_class("ct", CT, "CT", colour),
        "rgb_mr": of_class("mr", MR, "MR", colour),
        "overlay_bits": of_class("bits", CT, "CT", overlay(16, 12)),
        "overlay_position": of_class("position", CT, "CT", overlay(1, 12)),
    }


def good():
    """Sound files in uncommon forms."""

    def named(name, more=None):
        return image(name) | (more or {})

    no_pixels = without("encapsulated", PIXEL_DATA)
    palette = {0x00280004: ("CS", "PALETTE COLOR"), 0x00080060: ("CS", "NM"), 0x00080016: ("UI", STORAGE + "20")}
    for channel in (1, 2, 3):
        palette[0x00281100 + channel] = ("US", [256, 0, 16])
        palette[0x00281200 + channel] = ("OW", noise(512, channel))
    nested = {0x00100010: ("PN", "Hidden^Test"), 0x00081150: ("UI", CT), 0x00081155: ("UI", uid("hidden"))}
    items = item_bytes(encode(nested, IMPLICIT), IMPLICIT)
    icon = {tag: image("icon", rows=8, columns=8)[tag] for tag in image("icon") if tag >> 16 in (0x0028, 0x7FE0)}
    tail = {0x7FE10010: ("LO", "TEST"), 0x7FE11001: ("LO", "after the pixels"), 0xFFFCFFFC: ("OB", bytes(64))}
    late = element(0x00100020, "LO", "ID-late") + element(0x00104000, "LT", "a comment after the pixels")
    original = {0x04000561: ("SQ", [{0x04000550: ("SQ", [{0x00100010: ("PN", "Former^Name")}])}])}
    unknown = {0x00081140: ("raw", unknown_sequence(0x00081140, nested))}
    plane = {0x60000010: ("US", 64), 0x60000011: ("US", 64), 0x60000040: ("CS", "G"), 0x60000050: ("SS", [1, 1]),
             0x60000100: ("US", 1), 0x60000102: ("US", 0), 0x60003000: ("OW", noise(512, 9))}
    rich = part10(named("rich", plane | original | {0x00880200: ("SQ", [icon])}))
    deflated = file_start(CT, uid("instance deflated-tail"), DEFLATED)
    return {
        "explicit-little": part10(named("explicit")),
        "implicit-little": part10(named("implicit"), IMPLICIT),
        "explicit-big": part10(named("big"), BIG_ENDIAN),
        "deflated": part10(named("deflated"), DEFLATED),
        "deflated-tail": deflated + deflate(encode(named("deflated-tail")) + encode(tail)),
        "jpeg": part10(no_pixels, JPEG_BASELINE, encapsulated([JPEG])),
        "jpeg-fragments": part10(no_pixels | {0x00080018: ("UI", uid("fragments"))}, JPEG_BASELINE,
                                 encapsulated([JPEG, JPEG * 3, b""])),
        "htj2k": part10(no_pixels | {0x00080018: ("UI", uid("htj2k"))}, HTJ2K, encapsulated([JPEG])),
        "palette": part10(named("palette", palette)),
        "multi-valued": part10(named("multi", {0x00100020: ("LO", "ID-one\\ID-two"),
                                               0x00080060: ("CS", "CT\\MR")})),
        "derived-secondary": part10(named("derived", {0x00080008: ("CS", "DERIVED\\SECONDARY\\MPR")})),
        "tail": part10(named("tail"), tail=encode(tail)),
        "tail-identifying": part10(without("late", 0x00100020), tail=late),
        "tail-zeros": part10(named("zeros")) + bytes(512),
        "sequence-in-un": part10(named("un", unknown)),
        "sequence-in-ob": part10(named("ob", {0x00081140: ("OB", items)})),
        "overlay-icon-originals": rich,
        "preamble": part10(named("preamble"), preamble=b"II*\0" + b"Test^Preamble".ljust(124)),
        "no-patient-id": part10(without("nobody", 0x00100020)),
        "no-pixels": part10(without("header", PIXEL_DATA)),
    }
