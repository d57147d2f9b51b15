"""Real images in which made-up names, numbers, dates and addresses are planted wherever they can hide.

Each file is one of python3-pydicom's, so that the planted elements stand among real ones. Every planted string is
listed in each form that it could appear in, so that a test can search for all of them in everything that leaves.
"""

import random
import re

import pydicom
from pydicom.data import get_testdata_file
from pydicom.dataelem import RawDataElement

from .encode import IMPLICIT, element, encode, item_bytes, part10, uid, unknown_sequence

TEMPLATES = ("CT_small.dcm", "MR_small.dcm")
SYLLABLES = "zor vath quim bel drax fen gly hul jix kem lopp nurv oxt pravv rhin skol tuv wyx yarn zeb".split()


def iso2022(escape, codec, bits=0x80):
    """A coder for a double-byte set that is invoked by an escape sequence."""

    def code(text):
        return b"\x1b" + escape + bytes(byte & 0x7F | bits for byte in text.encode(codec)) + b"\x1b(B" * (bits == 0)

    return code


# Specific Character Set, first and last code points of its letters, and how a name is coded.
CHARACTER_SETS = (
    ("ISO_IR 100", "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþ", lambda text: text.encode("latin-1")),
    ("\\ISO 2022 IR 87", "山田太郎花子佐藤鈴木高橋伊東渡辺本中村小林加", iso2022(b"$B", "euc-jp", 0)),
    ("ISO_IR 192", "αβγδεζηθικλμνξοπρτυφχψω王李張劉陳楊趙黃周吳徐", lambda text: text.encode("utf-8")),
    ("\\ISO 2022 IR 149", "김이박최정강조윤장임한오서신권황안송류전홍고", iso2022(b"$)C", "euc-kr")),
    ("ISO_IR 144", "абвгдежзийклмнопрстуфхцчшщъыьэюя", lambda text: text.encode("iso8859-5")),
    ("GB18030", "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋", lambda text: text.encode("gb18030")),
    ("\\ISO 2022 IR 58", "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋", iso2022(b"$)A", "gb2312")),
    ("ISO_IR 13", "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓ", lambda text: bytes(ord(c) - 0xFF61 + 0xA1 for c in text)),
)


class Planter:
    """Makes strings that occur nowhere else, and remembers them."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.used = set()
        self.forms = {}  # hex of a form -> where it was planted
        self.character_set, self.letters, self.code = CHARACTER_SETS[0]

    def choose_character_set(self, number):
        self.character_set, self.letters, self.code = CHARACTER_SETS[number % len(CHARACTER_SETS)]

    def note(self, place, *forms):
        for form in forms:
            self.forms.setdefault(form.hex(), place)

    def new(self, make):
        while (text := make()) in self.used:
            pass
        self.used.add(text)
        return text

    def word(self, place):
        text = self.new(lambda: "".join(self.random.choices(SYLLABLES, k=4)).capitalize())
        self.note(place, *(form.encode() for form in (text, text.lower(), text.upper())))
        return text

    def name(self, place):
        return f"{self.word(place)}^{self.word(place)}"

    def address(self, place):
        return f"{self.word(place)} Street {self.random.randrange(1, 400)}, {self.word(place)}"

    def text(self, place):
        return f"Seen by Dr. {self.word(place)} at {self.word(place)}"

    def number(self, place):
        text = self.new(lambda: f"N{self.random.randrange(10**9):09d}X")
        self.note(place, text.encode(), text.lower().encode())
        return text

    def day(self):
        year, month, day = (self.random.randrange(*span) for span in ((1920, 1970), (1, 13), (1, 29)))
        return f"{year}{month:02d}{day:02d}"

    def date(self, place):
        text = self.new(self.day)
        self.note(place, text.encode(), f"{text[:4]}-{text[4:6]}-{text[6:]}".encode())
        return text

    def time(self, place):
        text = self.new(lambda: f"{self.random.randrange(24):02d}{self.random.randrange(60):02d}"
                                f"{self.random.randrange(60):02d}.{self.random.randrange(10**6):06d}")
        self.note(place, text.encode())
        return text

    def moment(self, place):
        return self.day() + self.time(place)

    def uid(self, place):
        text = self.new(lambda: f"1.2.826.0.1.3680043.10.999.{self.random.randrange(10**20, 10**21)}")
        self.note(place, text.encode())
        return text

    def class_uid(self, place):
        """Made up below a class of DICOM's own."""
        number = self.new(lambda: str(self.random.randrange(10**12, 10**13)))
        self.note(place, number.encode())
        return f"1.2.840.10008.5.1.4.1.1.2.{number}"

    def blob(self, place, size=32):
        """Words instead of a binary value, of a size that suits every kind of number."""
        return self.text(place).encode().ljust(size)[:size]

    def coded(self, place):
        """A name in the file's character set: its bytes."""
        parts = []
        for _ in range(2):
            text = self.new(lambda: "".join(self.random.choices(self.letters, k=7)))
            raw = self.code(text)
            escapes = re.compile(rb"\x1b(\$B|\$\)[AC]|\(B)")
            self.note(place, escapes.sub(b"", raw), text.encode(), text.casefold().encode())
            parts.append(raw)
        return b"^".join(parts)


def standard(plant):
    """Elements at the top level."""
    texts = {0x00080081: "ST", 0x00101040: "LO", 0x00102180: "SH", 0x001021B0: "LT", 0x00104000: "LT",
             0x00180010: "LO", 0x00181030: "LO", 0x00204000: "LT", 0x00321032: "PN", 0x00321060: "LO",
             0x00380010: "LO", 0x00380300: "LO", 0x00380500: "LO", 0x00402400: "LT", 0x4008010C: "PN"}
    names = (0x00080090, 0x00081050, 0x00081070, 0x00101001, 0x00101005, 0x00101060, 0x00102297, 0x0040A123)
    numbers = {0x00080050: "SH", 0x00100020: "LO", 0x00101000: "LO", 0x00101090: "LO", 0x00102154: "SH",
               0x00181000: "LO", 0x00200010: "SH", 0x00081010: "SH", 0x00120040: "LO"}
    uids = (0x00080018, 0x0020000D, 0x0020000E, 0x00200052, 0x00083010, 0x00181002)
    dataset = {tag: ("PN", plant.name(f"{tag:08x}")) for tag in names}
    dataset |= {tag: (vr, plant.number(f"{tag:08x}")) for tag, vr in numbers.items()}
    dataset |= {tag: ("UI", plant.uid(f"{tag:08x}")) for tag in uids}
    for tag, vr in texts.items():
        make = plant.name if vr == "PN" else plant.word if vr == "SH" else plant.text
        dataset[tag] = (vr, make(f"{tag:08x}"))
    dataset |= {tag: ("TM", plant.time(f"{tag:08x}")) for tag in (0x00080030, 0x00080031, 0x00080032)}
    dataset |= {tag: ("DT", plant.moment(f"{tag:08x}")) for tag in (0x0008002A, 0x00189074)}
    dataset[0x00080080] = ("LO", plant.word("institution") + " Hospital")
    dataset[0x00080092] = ("ST", plant.address("referring physician's address"))
    dataset[0x00080005] = ("CS", plant.character_set)
    dataset[0x00100010] = ("PN", plant.coded("patient's name, coded"))
    dataset[0x00081030] = ("LO", plant.coded("study description, coded").replace(b"^", b" "))
    return dataset


def nested(plant):
    """Sequences: deep, replaced as a whole, with original attributes, with signatures, with an icon."""

    def person(place):
        return {0x00100010: ("PN", plant.coded(place)), 0x00100020: ("LO", plant.number(place)),
                0x00101040: ("LO", plant.address(place)), 0x00400006: ("PN", plant.name(place))}

    deep = person("nested 6 deep")
    for _ in range(5):
        deep = {0x0040A170: ("SQ", [deep]), 0x00321060: ("LO", plant.text("nested"))}
    code = {0x00080100: ("SH", plant.number("code of a person")), 0x00080104: ("LO", plant.name("meaning of a person"))}
    return {
        0x00101002: ("SQ", [person("other patient ids")]),
        0x00081110: ("SQ", [{0x00081155: ("UI", plant.uid("reference"))}]),
        0x00081140: ("SQ", [{0x00081155: ("UI", plant.uid("image")), 0x00080015: ("DT", plant.moment("image"))}]),
        0x00400275: ("SQ", [deep, person("request attributes")]),
        0x00401101: ("SQ", [code]),
        0x00081062: ("SQ", [{0x00401101: ("SQ", [code]), 0x00080080: ("LO", plant.word("institution"))}]),
        0x04000561: ("SQ", [{0x04000564: ("LO", plant.word("source")), 0x04000550: ("SQ", [person("originals")])}]),
        0xFFFAFFFA: ("SQ", [{0x04000115: ("OB", plant.text("certificate").encode())}]),
        0x00880200: ("SQ", [{0x7FE00010: ("OB", plant.text("icon").encode())}]),
    }


def hidden(plant):
    """Private, unknown, wrongly coded, curves and overlays."""
    inner = {0x00100010: ("PN", plant.name("in UN")), 0x00104000: ("LT", plant.text("in UN"))}
    items = item_bytes(encode(inner, IMPLICIT), IMPLICIT)
    return {
        0x00090010: ("LO", plant.word("private creator")),
        0x00091001: ("LO", plant.name("private")),
        0x00091002: ("UN", plant.number("private, unknown").encode()),
        0x00091003: ("SQ", [{0x00090010: ("LO", "TEST"), 0x00100010: ("PN", plant.coded("private sequence"))}]),
        0x00101050: ("UN", plant.text("text as UN").encode()),
        0x0010FFF1: ("LO", plant.name("unknown element")),
        0x00081199: ("UN", items),
        0x00081115: ("OB", items),
        0x00081120: ("raw", unknown_sequence(0x00081120, inner)),
        0x00280006: ("LT", plant.text("text where a number belongs")),
        0x50000022: ("LO", plant.word("curve description")),
        0x50003000: ("OB", plant.text("curve").encode()),
        0x60000022: ("LO", plant.word("overlay description")),
        0x60000100: ("US", 1),
        0x60000102: ("US", 0),
        0x60003000: ("OB", plant.text("overlay").encode()),
        0x7FE10010: ("LO", plant.word("private after the pixels")),
        0x7FE11001: ("UT", plant.text("private after the pixels")),
        0xFFFCFFFC: ("OB", plant.text("padding").encode()),
    }


def numbers(plant):
    """Text in place of binary values, and of UIDs of classes."""
    binary = {0x00189087: "FD", 0x00189089: "FD", 0x00280009: "AT", 0x00281101: "US", 0x00281201: "OW", 0x00283002: "US",
              0x00282000: "OB", 0x00186060: "FL", 0x00720067: "OF", 0x7FE00001: "OV", 0x7FE00003: "UV", 0x56000020: "OF"}
    dataset = {tag: (vr, plant.blob(f"{tag:08x}")) for tag, vr in binary.items()}
    waveform = {0x003A0005: ("US", 1), 0x003A0010: ("UL", 4), 0x54001004: ("US", 16),
                0x54001010: ("OW", plant.blob("waveform data"))}
    dataset[0x54000100] = ("SQ", [waveform])
    classes = (0x0008001A, 0x0008001B, 0x00080062, 0x0008010C, 0x00080117, 0x00081150, 0x0008115A, 0x00083002, 0x04000010)
    return dataset | {tag: ("UI", plant.class_uid(f"{tag:08x}")) for tag in classes}


def real_elements(file_name):
    dataset = pydicom.dcmread(get_testdata_file(file_name))
    raw = [dataset.get_item(tag) for tag in dataset.keys()]
    return {int(each.tag): (each.VR, each.value or b"") for each in raw if isinstance(each, RawDataElement)}


def planted(count, seed, listing, out):
    templates = [real_elements(name) for name in TEMPLATES]
    plant = Planter(seed)
    for index in range(count):
        plant.choose_character_set(index)
        dataset = templates[index % len(templates)] | standard(plant) | nested(plant) | hidden(plant) | numbers(plant)
        if index % 8 == 0:  # few dates alone: eight digits can occur by chance
            dataset |= {tag: ("DA", plant.date(f"{tag:08x}")) for tag in (0x00080020, 0x00100030)}
        if index % 4 >= 2 and index < 8:  # of both templates
            dataset[0x00080060] = ("CS", plant.name("modality"))
        tail = b""
        if index % 4 == 1:
            del dataset[0x00100020]
            tail = element(0x00100020, "LO", plant.number("patient id after the pixels"))
            tail += unknown_sequence(0x00081111, {0x00100010: ("PN", plant.name("UN after the pixels"))})
        meta = {0x00020016: ("AE", plant.number("application entity")), 0x00020100: ("UI", uid("creator")),
                0x00020102: ("OB", plant.text("private file meta information").encode())}
        preamble = plant.text("preamble").encode().ljust(128, b"\0")
        content = part10(dataset, tail=tail, preamble=preamble, meta=meta)
        (out / f"{plant.word('file name')}-{index:04d}.dcm").write_bytes(content)
    with open(listing, "w", encoding="ascii") as file:
        file.writelines(f"{form}\t{place}\n" for form, place in plant.forms.items())
