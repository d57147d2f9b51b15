"""Sound images, few and rich or many and quick."""

import random
import struct

from .encode import EXPLICIT, UNDEFINED, element, encode, file_start, header, item_bytes, tag_bytes, uid

CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
XA = "1.2.840.10008.5.1.4.1.1.12.1"

PIXEL_DATA = 0x7FE00010


def noise(size, seed):
    """Bytes of 12-bit pixels."""
    block = bytearray(random.Random(seed).randbytes(size))
    block[1::2] = bytes(byte & 0x0F for byte in block[1::2])
    return bytes(block)


def image(name, sop_class=CT, modality="CT", rows=64, columns=64):
    """A data set with all an image needs; `name` decides its UIDs and its patient."""
    return {
        0x00080005: ("CS", "ISO_IR 100"),
        0x00080008: ("CS", "ORIGINAL\\PRIMARY\\AXIAL"),
        0x00080016: ("UI", sop_class),
        0x00080018: ("UI", uid(f"instance {name}")),
        0x00080020: ("DA", "20240105"),
        0x00080030: ("TM", "101500"),
        0x00080050: ("SH", f"ACC-{name}"[:16]),
        0x00080060: ("CS", modality),
        0x00080070: ("LO", "Test Equipment"),
        0x00080080: ("LO", "Test Hospital"),
        0x00080090: ("PN", "Referrer^Test"),
        0x00081030: ("LO", "CT thorax, generated"),
        0x00081090: ("LO", "Model 1"),
        0x00100010: ("PN", f"Test^{name}"),
        0x00100020: ("LO", f"ID-{name}"),
        0x00100030: ("DA", "19500301"),
        0x00100040: ("CS", "O"),
        0x00180015: ("CS", "CHEST"),
        0x00180050: ("DS", "1.25"),
        0x00180060: ("DS", "120"),
        0x0020000D: ("UI", uid(f"study {name}")),
        0x0020000E: ("UI", uid(f"series {name}")),
        0x00200011: ("IS", "1"),
        0x00200013: ("IS", "1"),
        0x00200032: ("DS", "0\\0\\0"),
        0x00200037: ("DS", "1\\0\\0\\0\\1\\0"),
        0x00200052: ("UI", uid(f"frame of reference {name}")),
        0x00280002: ("US", 1),
        0x00280004: ("CS", "MONOCHROME2"),
        0x00280010: ("US", rows),
        0x00280011: ("US", columns),
        0x00280030: ("DS", "0.7\\0.7"),
        0x00280100: ("US", 16),
        0x00280101: ("US", 12),
        0x00280102: ("US", 11),
        0x00280103: ("US", 0),
        0x00281052: ("DS", "-1024"),
        0x00281053: ("DS", "1"),
        PIXEL_DATA: ("OW", noise(rows * columns * 2, name)),
    }


def numbered(kind, number):
    """A UID of a fixed width, so that it can be put into a template."""
    return f"2.25.1{kind}{number:037d}"


def series(count, size, out):
    """CT images: 25 a series, 2 series a study, 2 studies a patient."""
    marks = {"instance": numbered(9, 1), "series": numbered(9, 2), "study": numbered(9, 3), "frame": numbered(9, 4)}
    columns = 512 if size > 200_000 else 128
    dataset = image("series", rows=1, columns=columns)
    for tag, name in ((0x00080018, "instance"), (0x0020000E, "series"), (0x0020000D, "study"), (0x00200052, "frame")):
        dataset[tag] = ("UI", marks[name])
    dataset |= {
        0x00080050: ("SH", "ACC-@@@@@@"),
        0x00100010: ("PN", "Test^Patient@@@@@@"),
        0x00100020: ("LO", "PID-@@@@@@"),
        0x00200013: ("IS", "######"),
    }
    del dataset[PIXEL_DATA]
    start = file_start(CT, marks["instance"])
    rows = max(1, (size - len(start) - len(encode(dataset)) - 12) // (2 * columns))
    dataset[0x00280010] = ("US", rows)
    pixels = bytearray(noise(rows * columns * 2, 1))
    template = start + encode(dataset) + header(PIXEL_DATA, "OW", len(pixels), EXPLICIT)
    for index in range(count):
        numbers = {"instance": index, "series": index // 25, "study": index // 50, "frame": index // 50}
        content = template
        for kind, (name, number) in enumerate(numbers.items()):
            content = content.replace(marks[name].encode(), numbered(kind, number).encode())
        content = content.replace(b"@@@@@@", b"%06d" % (index // 100)).replace(b"######", b"%06d" % (index % 25 + 1))
        struct.pack_into("<I", pixels, 0, index & 0x0FFF0FFF)
        with open(out / f"ct-{index:06d}.dcm", "wb") as file:
            file.write(content)
            file.write(pixels)


def multi_frame(name, sop_class, modality, frames, rows, columns):
    dataset = image(name, sop_class, modality, rows, columns)
    del dataset[PIXEL_DATA]
    dataset[0x00280008] = ("IS", str(frames))
    return dataset


def large(size, out):
    """One multi-frame angiogram whose pixel data are the most whole frames of 512 KiB within `size` bytes."""
    frame = 512 * 512 * 2
    frames = size // frame
    if not 0 < frames * frame < UNDEFINED:
        raise SystemExit("make-test-dicom: pixel data are 524288 bytes at least and less than 4 GiB")
    dataset = multi_frame("large", XA, "XA", frames, 512, 512)
    block = noise(frame * 8, 2)
    with open(out / "large.dcm", "wb") as file:
        file.write(file_start(XA, dataset[0x00080018][1]) + encode(dataset))
        file.write(header(PIXEL_DATA, "OW", frames * frame, EXPLICIT))
        for _ in range(frames // 8):
            file.write(block)
        file.write(block[: frames % 8 * frame])


def frames(count, out):
    """One enhanced CT with a functional group for each of its frames of 16 x 16 pixels."""
    dataset = multi_frame("frames", ENHANCED_CT, "CT", count, 16, 16)
    dataset[0x52009229] = ("SQ", [{0x00289110: ("SQ", [{0x00180050: ("DS", "1"), 0x00280030: ("DS", "0.7\\0.7")}])}])
    with open(out / "frames.dcm", "wb") as file:
        file.write(file_start(ENHANCED_CT, dataset[0x00080018][1]) + encode(dataset))
        file.write(header(0x52009230, "SQ", UNDEFINED, EXPLICIT))
        for index in range(count):
            group = {
                0x00081140: ("SQ", [{0x00081150: ("UI", CT), 0x00081155: ("UI", uid(f"source {index}"))}]),
                0x00189074: ("DT", "20240105101500"),
                0x00209111: ("SQ", [{0x00209056: ("SH", "1"), 0x00209057: ("UL", index + 1)}]),
                0x00209113: ("SQ", [{0x00200032: ("DS", f"0\\0\\{index}")}]),
                0x00209116: ("SQ", [{0x00200037: ("DS", "1\\0\\0\\0\\1\\0")}]),
            }
            file.write(item_bytes(encode(group), EXPLICIT))
        file.write(tag_bytes(0xFFFEE0DD, EXPLICIT) + bytes(4))
        file.write(element(PIXEL_DATA, "OW", noise(count * 512, 3)))
