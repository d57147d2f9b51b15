#!/usr/bin/env bats
# Profile basic, seen from outside: what is refused and why, and what stands in the files that come back.
load helper

setup() {
    fresh_home home
    cd "$BATS_TEST_TMPDIR" || return
    msh-key init -q
}

make() {
    "$root/scripts/make-test-dicom" "$1" .
}

checked() {
    exits 0 "$root/tests/support/check-deidentified" "$@"
}

# count FOLDER...: the files in folders.
count() {
    find "$@" -type f | wc -l
}

lines_of() {
    printf '%s\n' "$@"
}

# back FOLDER OPTION... <LIST: what becomes of the files of a list, in FOLDER; pairs of originals and results in FOLDER.pairs.
back() {
    local folder=$1
    cat >list
    msh-encrypt -q "${@:2}" <list >"$folder.ndjson"
    msh-decrypt -q -o "$folder" "$folder.ndjson" >"$folder.paths"
    paste list "$folder.paths" >"$folder.pairs"
    same "$(wc -l <"$folder.paths")" "$(wc -l <list)"
}

# value FILE TAG: what dcmdump shows of an element, wherever it is nested.
value() {
    dcmdump -q +P "$2" "$1" | sed -E 's/^[^ ]* *\([^)]*\) [A-Z]{2} //; s/ *#.*//'
}

@test "de-identification: damage and policy are told apart, in messages and in the count" {
    make refused
    exits 3 msh-encrypt damaged
    same "$output" ''
    same "${stderr_lines[-1]}" "msh-encrypt: 0 encrypted, $(count damaged) not readable"
    same "$(grep -c '^msh-encrypt: error: input [0-9]*: ' <<<"$stderr")" "$(count damaged)"
    [[ $stderr != *refused* ]]
    exits 3 msh-encrypt policy
    same "$output" ''
    same "${stderr_lines[-1]}" "msh-encrypt: 0 encrypted, $(count policy) refused by policy"
    same "$(grep -c '^msh-encrypt: error: input [0-9]*: refused: ' <<<"$stderr")" "$(count policy)"
    # --allow-pixel-text has nothing to say about these.
    exits 0 msh-encrypt --allow-pixel-text policy
    same "$output" ''
    same "$stderr" "msh-encrypt: 0 encrypted, $(count policy) refused as before"
    # All together, with sound ones among them.
    images 2 sound
    exits 3 msh-encrypt --retry-refused damaged sound policy pixel-text
    same "${#lines[@]}" 2
    same "${stderr_lines[-1]}" "msh-encrypt: 2 encrypted, $(count policy pixel-text) refused by policy, $(count damaged) not readable"
    # Nothing of what failed stays behind.
    same "$(find "$MSH_HOME/spool" -type f ! -name lock | wc -l)" 2
}

@test "de-identification: the reason of each refusal, one line and no path" {
    make refused
    cat >reasons <<'END'
damaged/deflated-bomb 32 MiB
damaged/empty empty
damaged/encapsulated-bad-item damaged pixel data
damaged/encapsulated-without-end truncated
damaged/length-beyond-the-end truncated
damaged/no-part-10-header no Part 10 header
damaged/no-sop-class no SOP Class UID
damaged/no-sop-instance no SOP Instance UID
damaged/no-study no Study Instance UID
damaged/no-such-vr 
damaged/not-dicom not a DICOM file
damaged/preamble-only 
damaged/trailing-bytes trailing bytes
damaged/truncated-deflated truncated
damaged/truncated-encapsulated truncated
damaged/truncated-header truncated
damaged/truncated-pixels truncated
damaged/truncated-tag 
policy/dicomdir refused: a DICOMDIR
policy/dose-report refused: a structured report
policy/encapsulated-cda refused: an encapsulated document
policy/encapsulated-pdf refused: an encapsulated document
policy/key-objects refused: a key object
policy/presentation-state refused: a presentation state
policy/private-sop-class refused: a private SOP class
policy/raw-data refused: raw data
policy/structured-report refused: a structured report
policy/unregistered-sop-class refused: a SOP class that is not registered
policy/waveform-annotation refused: a waveform
END
    for file in pixel-text/*.dcm; do
        word=${file#*/}
        word=${word%%[._]*}
        echo "${file%.dcm} refused: pixels that may show names ($word)"
    done >>reasons
    same "$(sed 's/ .*//' reasons | sort)" "$(find damaged policy pixel-text -name '*.dcm' | sed 's/\.dcm$//' | sort)"
    sed 's/ .*/.dcm/' reasons >list
    exits 3 msh-encrypt -q --show-paths <list
    same "$output" ''
    grep -v ' hint: ' <<<"$stderr" >messages
    same "$(wc -l <messages)" "$(wc -l <reasons)"
    while read -r file reason; do
        like "$(grep -F "($file.dcm): " messages)" "\\): .*${reason//[()]/.}"
    done <reasons
    grep -qF -- '--allow-pixel-text=ultrasound' <<<"$stderr"
    exits 3 msh-encrypt -q --retry-refused <list
    same "$(grep -c '\.dcm' <<<"$stderr")" 0
}

@test "de-identification: each hint is said once a run, and how to learn the paths before the counts" {
    make refused
    mkdir twice
    cp pixel-text/*.dcm twice/
    for file in twice/*.dcm; do cp "$file" "${file%.dcm}-2.dcm"; done
    exits 3 msh-encrypt twice
    same "$(grep ' hint: ' <<<"$stderr" | sort | uniq -d)" ''
    same "${stderr_lines[-2]}" 'msh-encrypt: hint: --show-paths shows their paths'
    like "${stderr_lines[-1]}" "^msh-encrypt: 0 encrypted, $(count twice) refused by policy$"
    exits 3 msh-encrypt --show-paths --retry-refused twice
    [[ $stderr != *'names them'* ]]
}

@test "de-identification: --allow-pixel-text lets in the classes it names and no others" {
    make refused
    for class in $(msh-encrypt --help | sed -n '/^Classes/,$ s/^  \([a-z-]*\) .*/\1/p'); do
        files=(pixel-text/"$class"[._]*)
        [[ -f ${files[0]} ]]
        fresh_home "of-$class"
        msh-key init -q
        lines_of pixel-text/"$class"[._]* | back "$class" --allow-pixel-text="$class"
        exits 3 msh-encrypt --allow-pixel-text="$class" pixel-text
        same "$output" "$(<"$class.ndjson")"
        like "${stderr_lines[-1]}" ", $((15 - ${#files[@]})) refused by policy$"
    done
    # Several in one list; all by leaving it out. What is already encrypted is given again.
    fresh_home of-several
    msh-key init -q
    exits 3 msh-encrypt -q --allow-pixel-text=rgb,overlay pixel-text
    same "${#lines[@]}" 4
    lines_of pixel-text/* | back all --allow-pixel-text
    checked --pixel-text all.pairs
    same "$output" '15 files, 60 UIDs'
    exits 2 msh-encrypt --allow-pixel-text=rgb,moire pixel-text
    # What was encrypted before is known, though without the option it would be refused now; anew, it is.
    exits 0 msh-encrypt pixel-text
    same "${#lines[@]}" 15
    same "$stderr" 'msh-encrypt: 0 encrypted, 15 already encrypted'
    exits 3 msh-encrypt --again pixel-text/burned-in.dcm
    like "$stderr" '0 encrypted, 1 refused by policy$'
    # A class behind a blank would allow all of them.
    mkdir elsewhere
    mv rgb all elsewhere
    for class in rgb screen,rgb all; do
        exits 2 msh-encrypt -0 --allow-pixel-text "$class" pixel-text
        same "$output" ''
        same "${stderr_lines[0]}" 'msh-encrypt: error: an operand is not a file but a class of --allow-pixel-text'
        same "${stderr_lines[1]}" "msh-encrypt: hint: use an equals sign: --allow-pixel-text=${class%%,*}"
    done
    exits 2 msh-encrypt --identified --allow-pixel-text pixel-text
    # Without pixels that may show names the option changes nothing.
    exits 0 msh-encrypt -q --allow-pixel-text --again pixel-text/burned-in.dcm
    msh-decrypt -o burned <<<"$output" >path
    same "$(value "$(<path)" 0012,0062)" '[NO]'
    same "$(value "$(<path)" 0028,0301)" '[YES]'
}

@test "de-identification: sound files in uncommon forms come back as the profile says" {
    make good # into the present folder
    lines_of ./*.dcm | back out
    checked out.pairs
    like "$output" '^20 files, '
    # The check itself finds the originals wanting.
    sed 's/\t.*//; s/.*/&\t&/' out.pairs >unchanged
    run "$root/tests/support/check-deidentified" unchanged
    same "$status" 1
    [[ ${#lines[@]} -gt 200 ]]

    of() { sed -n "s|^\./$1\.dcm\t||p" out.pairs; }
    # HTJ2K keeps its label and its bytes, and so does deflated.
    same "$(dcmdump -q -Un +P 0002,0010 "$(of htj2k)" 2>/dev/null | grep -o '1\.2\.840\.10008\.1\.2\.4\.201')" 1.2.840.10008.1.2.4.201
    same "$(dcmdump -q -Un +P 0002,0010 "$(of deflated)" | grep -o '1\.2\.840\.10008\.1\.2\.1\.99')" 1.2.840.10008.1.2.1.99
    # What is gone, at every place of the file.
    for tag in 6000,3000 0088,0200 0400,0561 0010,4000 7fe1,0010 7fe1,1001; do
        for name in overlay-icon-originals tail tail-identifying deflated-tail; do
            same "$(value "$(of "$name")" "$tag")" ''
        done
    done
    # A sequence hidden in another VR or behind the pixels leaves nothing of its own.
    for name in sequence-in-un sequence-in-ob tail-identifying; do
        run ! grep -aqE 'Hidden|ID-late|comment' "$(of "$name")"
    done
    # Dummies only where the element was there.
    same "$(value "$(of no-patient-id)" 0010,0020)" ''
    like "$(value "$(of no-patient-id)" 0010,0010)" '^\[[0-9A-F]{24}\]$'
    same "$(value "$(of preamble)" 0010,1010)" ''
    same "$(value "$(of explicit-little)" 0008,0020)" '(no value available)'
    same "$(value "$(of explicit-little)" 0010,0030)" '(no value available)'
}

@test "de-identification: real files with planted data, eight character sets among them" {
    [[ -d /usr/lib/python3/dist-packages/pydicom ]] || skip 'python3-pydicom is not installed'
    "$root/scripts/make-test-dicom" planted --count 16 --list planted planted-files
    lines_of planted-files/* | back out
    checked out.pairs
    same "$(for file in out/*; do value "$file" 0008,0005; done | sort -u | wc -l)" 8
}

@test "de-identification: real files of every kind come back as the profile says" {
    pydicom_files
    # Byte-identical files give one record, so each content once.
    find "$pydicom_files" -type f -name '*.dcm' -exec sha256sum {} + | sort -u -k 1,1 | sed 's/^[^ ]*  //' | sort >all
    for option in '' --allow-pixel-text; do
        # shellcheck disable=SC2086
        run -3 --separate-stderr msh-encrypt -q $option --retry-refused --report report.ndjson -o out.ndjson <all
        jq -r 'select(.outcome | IN("encrypted", "known", "older-rules") | not) | "\(.position)d"' report.ndjson >bad
        sed -f bad all >list
        same "$(wc -l <list)" "$(wc -l <out.ndjson)"
        [[ $(wc -l <list) -gt 20 ]]
        msh-decrypt -q -o "out$option" out.ndjson >paths
        paste list paths >pairs
        [[ -n $option ]] || checked pairs
    done
    # With --allow-pixel-text some are of these classes and some are not.
    run "$root/tests/support/check-deidentified" pairs
    same "$(grep -v ': (0012,0063): .*PIXELS NOT CLEANED' <<<"$output" | grep -c ': ')" 0
}

@test "de-identification: UIDs are one across files and references, and another in another project" {
    cat >write.py <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from testdicom.encode import part10, uid
from testdicom.images import CT, image
for number in range(3):
    other = uid(f"object {(number + 1) % 3}").encode() + b" \0"  # padding is not part of a UID
    reference = {0x00081150: ("UI", CT), 0x00081155: ("UI", other)}
    with open(f"{number}.dcm", "wb") as file:
        file.write(part10(image("one study") | {0x00080018: ("UI", uid(f"object {number}")), 0x00081140: ("SQ", [reference]),
                                                0x0020000E: ("UI", uid(f"series {number}"))}))
END
    python3 -B write.py "$root/scripts"
    lines_of ./*.dcm | back out
    checked out.pairs
    mapfile -t paths <out.paths
    for number in 0 1 2; do
        next=${paths[(number + 1) % 3]}
        same "$(value "${paths[number]}" 0008,1155)" "$(value "$next" 0008,0018)"
        same "$(value "${paths[number]}" 0002,0003)" "$(value "${paths[number]}" 0008,0018)"
        same "$(value "${paths[number]}" 0020,000d)" "$(value "$next" 0020,000d)"
        same "$(value "${paths[number]}" 0020,0052)" "$(value "$next" 0020,0052)"
        same "$(value "${paths[number]}" 0008,1150)" '=CTImageStorage'
        [[ $(value "${paths[number]}" 0020,000e) != "$(value "$next" 0020,000e)" ]]
        # The version and variant bits of a UUID.
        hex=$(value "${paths[number]}" 0008,0018 | grep -oE '[0-9]{30,}')
        like "$(python3 -c 'import sys; print(f"{int(sys.argv[1]):032x}")' "$hex")" '^.{12}8.{3}[89ab].{15}$'
    done
    same "$(jq -r .study out.ndjson | sort -u | wc -l)" 1
    # The same files for another project, and by another custodian: nothing in common.
    lines_of ./*.dcm | back other --project other
    fresh_home other-home
    msh-key init -q
    lines_of ./*.dcm | back another
    for tag in 0008,0018 0020,000d 0020,000e 0020,0052 0008,1155 0010,0020; do
        same "$(for file in out/* other/* another/*; do value "$file" "$tag"; done | sort | uniq -c |
            awk '{ print $1 }' | sort -u)" "$(case $tag in 0008,0018 | 0020,000e | 0008,1155) echo 1 ;; *) echo 3 ;; esac)"
    done
    same "$(cat out.ndjson other.ndjson another.ndjson | jq -r .study | sort -u | wc -l)" 3
}

@test "de-identification: all but deflated files are padded, and images of one matrix have one size" {
    make good
    lines_of ./*.dcm | back padded
    checked padded.pairs
    # --pad is still taken, and asks for nothing more.
    exits 0 msh-encrypt -q --pad ./*.dcm
    same "$output" "$(<padded.ndjson)"
    cat >write.py <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from testdicom.encode import part10, uid
from testdicom.images import image
for number in range(40):
    words = {0x00080070: ("LO", "M" * (number + 1)), 0x00081090: ("LO", "N" * (64 - number)),
             0x00082218: ("SQ", [{0x00080104: ("LO", "a meaning " + "x" * number)}] * number)}
    with open(f"one/{number:02}.dcm", "wb") as file:
        file.write(part10(image("one matrix") | words | {0x00080018: ("UI", uid(f"object {number}"))}))
END
    mkdir one
    python3 -B write.py "$root/scripts"
    [[ $(stat -c %s one/* | sort -u | wc -l) -gt 20 ]]
    exits 0 msh-encrypt -q one
    same "${#lines[@]}" 40
    same "$(jq .payload.size <<<"$output" | sort -u | wc -l)" 1
}

@test "de-identification: done again, the plaintext is the same byte for byte" {
    make good
    make refused
    lines_of ./*.dcm pixel-text/*.dcm | back first --allow-pixel-text
    lines_of pixel-text/*.dcm ./*.dcm | tac | back second --allow-pixel-text --again
    diff -r first second
    same "$(cat first.ndjson second.ndjson | jq -r .id | sort -u | wc -l)" 70
    # Allowing more than is needed changes nothing.
    lines_of ./*.dcm | back third --allow-pixel-text=screen --again
    for file in third/*; do
        cmp "$file" "first/${file#*/}"
    done
}
