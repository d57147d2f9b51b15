#!/usr/bin/python3
"""What scripts/demo counts, compares and shows, in its working folder.

    demo.py query             a key for msh-search that finds something
    demo.py compare           decrypted files with pixel data, and how many of them have an original's, bit for bit
    demo.py alter             changes a byte of the first granted payload in ./altered
    demo.py first             the path of an encrypted file, ended by NUL
    demo.py picture FOLDER    before.png and after.png of the first image that can be shown
    demo.py table, reasons    what became of the files
"""
import base64
import collections
import glob
import hashlib
import json
import os
import subprocess
import sys
import warnings

import pydicom

warnings.simplefilter("ignore")


def lines(name):
    with open(name, "rb") as file:
        return [json.loads(line) for line in file]


def path_of(entry):
    return base64.b64decode(entry["path_base64"]) if "path_base64" in entry else os.fsencode(entry["path"])


def encrypted():
    """The input each record was made of: the first that has its id, in this run or the strict one."""
    inputs = {}
    for entry in lines("report"):
        if "id" in entry:
            inputs.setdefault(entry["id"], entry)
    return list(inputs.values())


def dataset(path):
    try:
        return pydicom.dcmread(os.fsdecode(path))
    except Exception:  # whatever pydicom makes of a damaged file
        return None


def pixels(path):
    ds = dataset(path)
    for name in ("PixelData", "FloatPixelData", "DoubleFloatPixelData"):
        if ds is not None and name in ds:
            return hashlib.sha256(ds[name].value).hexdigest()
    return None


def images():
    with open("images.list", "rb") as file:
        return file.read().splitlines()


def query():
    """A Patient ID if there is one that can be typed, else a study's UID."""
    sets = [ds for ds in (dataset(path_of(entry)) for entry in encrypted()) if ds is not None]
    for ds in sets:
        patient = str(ds.get("PatientID") or "").strip()
        if patient and patient.isascii() and patient.isprintable() and not set(patient) & set("\\*?"):
            return f"PatientID={patient}\n"
    for ds in sets:
        if ds.get("StudyInstanceUID"):
            return f"StudyInstanceUID={ds.StudyInstanceUID}\n"
    sys.exit(1)


def compare():
    originals = {pixels(path_of(entry)) for entry in lines("report")}
    found = [digest for digest in map(pixels, images()) if digest]
    return f"{len(found)} {sum(digest in originals for digest in found)}\n"


def alter():
    cid = lines("granted.ndjson")[0]["payload"]["cid"]
    (block,) = glob.glob(f"altered/*/{cid}")
    os.chmod(block, 0o600)
    with open(block, "r+b") as file:
        file.seek(20)
        byte = file.read(1)
        file.seek(20)
        file.write(bytes([byte[0] ^ 1]))


def first():
    sys.stdout.buffer.write(path_of(encrypted()[0]) + b"\0")


def shown(path, picture):
    """Whether dcmtk made a picture of it."""
    program = "dcm2pnm"
    ds = dataset(path)
    if ds is None or "PixelData" not in ds:
        return False
    command = [program, "--write-png", "--min-max-window", os.fsdecode(path), picture]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def picture(folder):
    # Records leave in the order of the inputs, and images in that of the records.
    paths = {entry["id"]: path_of(entry) for entry in encrypted()}
    before, after = os.path.join(folder, "before.png"), os.path.join(folder, "after.png")
    for record, image in zip(lines("granted.ndjson"), images()):
        original = paths[record["id"]]
        if shown(original, before) and shown(image, after):
            break
    else:
        sys.exit(1)
    for name, path, place in (("before", original, before), ("after", image, after)):
        ds = dataset(path)
        print(f"{name:<8}{place}")
        for keyword in ("PatientName", "PatientID", "StudyDate"):
            print(f"        {keyword:<16}{ds.get(keyword, '')!s:.60}".rstrip())


def table():
    report = lines("report")
    made = encrypted()
    counts = collections.Counter(entry["outcome"] for entry in report if "id" not in entry)
    again = sum("id" in entry for entry in report) - len(made)
    sizes = sum(os.path.getsize(path_of(entry)) for entry in made)
    payloads = sum(record["payload"]["size"] for record in lines("batch.ndjson"))
    rows = [
        ("files in", len(report)),
        ("  encrypted: a record each", len(made)),
        ("  already encrypted: the same file again", again),
        ("  refused by policy, with --allow-pixel-text", counts["refused"]),
        ("  not DICOM, or damaged", counts["unreadable"]),
        ("bytes of the files encrypted / of their payloads", f"{sizes} / {payloads}"),
    ]
    for name, value in rows:
        print(f"{name:<52} {value}")
    with open("list", "rb") as file:
        files = file.read().count(b"\0")
    total = len(made) + again + counts["refused"] + counts["unreadable"]
    if not files == len(report) == total or len(made) != len(lines("batch.ndjson")):
        sys.exit(1)


def reasons():
    counts = collections.Counter(
        (entry["outcome"], entry["reason"]) for entry in lines("report") if "reason" in entry)
    for (outcome, reason), count in counts.most_common():
        print(f"{count:7} {outcome}: {reason}")


if __name__ == "__main__":
    result = globals()[sys.argv[1]](*sys.argv[2:])
    if result is not None:
        sys.stdout.write(result)
