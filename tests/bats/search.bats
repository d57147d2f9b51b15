#!/usr/bin/env bats
# msh-search: equality on what the originals said, and whole studies as the answer.
load helper

# dicom NAME CODE: a file of the generated image with what the Python code makes of its data set `d`.
dicom() {
    /usr/bin/python3 -B - "$root/scripts" "$BATS_TEST_TMPDIR/in/$1.dcm" "$1" "$2" <<'END'
import sys
sys.path.insert(0, sys.argv[1])
from testdicom.encode import part10
from testdicom.images import image
d = image(sys.argv[3], rows=4, columns=4)
exec(sys.argv[4])
open(sys.argv[2], "wb").write(part10(d))
END
}

setup() {
    fresh_home home
    mkdir "$BATS_TEST_TMPDIR/in"
    in_work_folder
    msh-key init -q
}

index() {
    msh-encrypt -q "$@" "$BATS_TEST_TMPDIR/in" | msh-put | msh-anchor | msh-index
}

# finds NUMBER ARGUMENT...: of objects, and nothing more to say than a hint.
finds() {
    exits "$(($1 == 0 ? 4 : 0))" msh-search "${@:2}"
    [[ ${#lines[@]} -eq $1 && (-z $stderr || $stderr == 'msh-search: hint: '*) ]] || differs "${#lines[@]} for ${*:2}: $stderr" "$1"
}

@test "search: every attribute, by keyword and by tag" {
    dicom one 'd[0x00080090] = ("PN", "Referrer^Test"); d[0x00081030] = ("LO", "CT thorax, generated")'
    dicom two 'd[0x00080060] = ("CS", "MR"); d[0x00100040] = ("CS", "F"); d[0x00080020] = ("DA", "20240106")'
    index >batch.ndjson
    uid() { dcmdump +P "$1" "$BATS_TEST_TMPDIR/in/one.dcm" | sed 's/.*\[\(.*\)\].*/\1/'; }
    while IFS=: read -r number key; do
        finds "$number" -k "$key"
    done <<END
1:PatientName=test^one
1:(0010,0010)=Test^One
1:0010,0010=TEST^ONE^^
1:PatientID=ID-one
0:PatientID=id-one
0:PatientID=ID-on
2:PatientBirthDate=19500301
2:PatientBirthDate=1950-03-01
1:PatientSex=O
1:PatientSex=f
1:StudyDate=20240105
1:(0008,0020)=2024-01-06
0:StudyDate=20240107
1:AccessionNumber=ACC-one
1:Modality=ct
1:Modality=MR
2:BodyPartExamined=Chest
2:StudyDescription=thorax
2:StudyDescription=Generated ct
0:StudyDescription=thor
0:StudyDescription=thorax abdomen
2:ReferringPhysicianName=referrer^TEST
2:InstitutionName=test  HOSPITAL
0:InstitutionName=hospital
2:ManufacturerModelName=Model 1
1:StudyInstanceUID=$(uid 0020,000d)
1:SeriesInstanceUID=$(uid 0020,000e)
1:(0020,000e)=$(uid 0020,000e)
1:SOPInstanceUID=$(uid 0008,0018)
END
    # What is printed is the record as msh-index left it.
    exits 0 msh-search -k PatientID=ID-one -o found.ndjson
    same "$output" ''
    grep -qxF "$(<found.ndjson)" batch.ndjson
}

@test "search: from a pseudonym back to the patient: by the identifiers of the de-identified file" {
    dicom one ''
    dicom two 'd[0x00080020] = ("DA", "20240106")'
    index >batch.ndjson
    head -n 1 batch.ndjson | msh-get | msh-decrypt -o out >/dev/null
    value() { dcmdump +P "$1" out/*.dcm | sed 's/.*\[\(.*\)\].*/\1/'; }
    for tag in 0010,0020 0020,000d 0020,000e 0008,0018; do
        exits 0 msh-search -k "$tag=$(value $tag)"
        same "$output" "$(head -n 1 batch.ndjson)"
    done
    # Together with what the original says.
    exits 0 msh-search -k PatientID="$(value 0010,0020)" -k PatientName=Test^One
    exits 4 msh-search -k PatientID="$(value 0010,0020)" -k PatientName=Test^Two
    # A viewer shows it as the name, too.
    exits 0 msh-search -k PatientName="$(value 0010,0010)"
    same "$output" "$(head -n 1 batch.ndjson)"
}

@test "search: all keys must hold in one object; the whole study is the answer" {
    study='d[0x0020000D] = ("UI", "1.2.3.4"); d[0x00100020] = ("LO", "P")'
    dicom a "$study; d[0x00080060] = ('CS', 'CT'); d[0x00180015] = ('CS', 'HEAD')"
    dicom b "$study; d[0x00080060] = ('CS', 'PT'); d[0x00180015] = ('CS', 'NECK')"
    dicom c 'd[0x00100020] = ("LO", "P"); d[0x00180015] = ("CS", "HEAD")'
    index >batch.ndjson
    finds 2 -k Modality=PT
    same "$(jq -r .study <<<"$output" | sort -u | wc -l)" 1
    same "$(jq -r .id <<<"$output")" "$(jq -r .id batch.ndjson | head -n 2)"
    finds 2 -k Modality=PT -k BodyPartExamined=NECK
    finds 0 -k Modality=PT -k BodyPartExamined=HEAD
    finds 3 -k PatientID=P
    # Two values of one attribute do not mean either.
    exits 4 msh-search -k PatientID=P -k PatientID=ID-c
    same "$stderr" 'msh-search: hint: one object would need both values of PatientID; to find either, run one search for each value'
    exits 4 msh-search -k PatientID=Q -k PatientID=Q
    same "$stderr" ''
    # Nor is another spelling of a name, or a project that does not exist, passed over in silence.
    exits 4 msh-search -k 'PatientName=Test, One'
    same "$stderr" 'msh-search: hint: a name is written Family^Given, with all its components'
    exits 4 msh-search -k PatientID=P --project deflt
    same "$stderr" "msh-search: hint: there is no project 'deflt'"
    exits 4 msh-search -q -k PatientID=P --project deflt
    same "$stderr" ''
    finds 3 -k BodyPartExamined=HEAD -k PatientID=P
    # An object that came later belongs to the answer before it is indexed, and the study is found by it after.
    dicom d "$study; d[0x00180015] = ('CS', 'KNEE')"
    msh-encrypt -q "$BATS_TEST_TMPDIR/in/d.dcm" >d.ndjson
    finds 3 -k Modality=PT
    finds 0 -k BodyPartExamined=KNEE
    msh-index d.ndjson >/dev/null
    finds 3 -k BodyPartExamined=KNEE -k PatientID=P
}

@test "search: projects and profiles, alone and together" {
    dicom one ''
    index >default.ndjson
    index --project trial >trial.ndjson
    index --identified >identified.ndjson
    same "$(jq -r .study default.ndjson trial.ndjson identified.ndjson | sort -u | wc -l)" 3
    finds 3 -k PatientID=ID-one
    finds 2 -k PatientID=ID-one --project default
    finds 1 -k PatientID=ID-one --project trial
    same "$output" "$(<trial.ndjson)"
    finds 1 -k PatientID=ID-one --profile identified
    same "$output" "$(<identified.ndjson)"
    finds 2 -k PatientID=ID-one --profile basic
    finds 0 -k PatientID=ID-one --profile identified --project trial
    finds 0 -k PatientID=ID-one --project none
}

@test "search: keys from files and standard input, with -k" {
    dicom one ''
    dicom two ''
    index >/dev/null
    printf 'PatientID=ID-one\n\n(0008,0060)=CT\n' >query
    finds 1 -f query
    finds 1 -f - <query
    finds 1 -f query -k PatientName=Test^one
    finds 0 -f query -k PatientName=Test^two
    { printf '\xef\xbb\xbf'; sed 's/$/\r/' query; } >edited
    finds 1 -f edited
    finds 1 -f - <edited
    printf 'PatientName=Test^one' >second
    finds 1 -f query -f second
    finds 0 -f query -f - <<<'PatientID=ID-two'
    exits 2 msh-search -f ./no-such-file
    [[ $stderr != *no-such* ]]
    : >empty
    exits 2 msh-search -f empty
}

@test "search: names in any character set, either half, composed or not, in any case" {
    dicom latin 'd[0x00100010] = ("PN", "J\u00f6rg\u00c9^\u00c5sa".encode("latin-1"))'
    dicom greek 'd[0x00080005] = ("CS", "ISO_IR 126"); d[0x00100010] = ("PN", "\u0394\u03b9\u03bf\u03bd\u03c5\u03c3\u03b9\u03bf\u03c2".encode("iso8859-7"))'
    dicom utf 'd[0x00080005] = ("CS", "ISO_IR 192"); d[0x00100010] = ("PN", "Zo\u0065\u0308^A".encode("utf-8")); d[0x00080090] = ("PN", "\u5f20^\u4f1f".encode("utf-8"))'
    # PS3.5 H.3.1: three groups, ISO 2022 with a switch to JIS X 0208 in the second and the third.
    # shellcheck disable=SC2016
    dicom japan 'd[0x00080005] = ("CS", "\\ISO 2022 IR 87"); d[0x00100010] = ("PN", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B")'
    dicom korea 'd[0x00080005] = ("CS", "\\ISO 2022 IR 149"); d[0x00100010] = ("PN", b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf")'
    index >/dev/null
    while read -r number name; do
        finds "$number" -k "PatientName=$name"
    done <<'END'
1 jörgé^åsa
1 JÖRGÉ^ÅSA
1 jörgé^åsa
0 jorge^asa
1 διονυσιος
1 ΔΙΟΝΥΣΙΟΣ
1 zoë^a
1 Zoë^A
1 Yamada^Tarou
1 山田^太郎
1 やまだ^たろう
0 山田
1 洪^吉洞
1 홍^길동
1 hong^gildong
END
    finds 1 -k ReferringPhysicianName=张^伟
}

@test "search: padding and empty components do not matter, and values that are not of their kind find nothing" {
    dicom padded 'd[0x00100010] = ("PN", " Doe ^ John  Q ^^^ "); d[0x00100020] = ("LO", " 007 "); d[0x00100030] = ("DA", "1950.03.0")'
    dicom star 'd[0x00100020] = ("LO", "A*1?"); d[0x00100010] = ("PN", "")'
    index >/dev/null
    finds 1 -k PatientName=Doe^John\ Q
    finds 1 -k 'PatientName=doe^john q^^'
    finds 0 -k PatientName=Doe
    finds 1 -k PatientID=007
    finds 0 -k PatientID=7
    finds 1 -k 'PatientID=A\*1\?'
}

@test "search: wildcards, unknown attributes, no value, no key are refused, and no value is repeated" {
    dicom one ''
    index >/dev/null
    for key in 'PatientName=SECRET*' 'PatientID=SECRET?' 'NoSuchAttribute=SECRET' '(0010,4000)=SECRET' SECRET 'PatientID=' \
        '=SECRET' 'StudyDate=SECRET' 'StudyDate=20240101-20241231' 'StudyInstanceUID=SECRET' '(0010,0010=SECRET'; do
        exits 2 msh-search -k Modality=CT -k "$key"
        same "$output" ''
        like "${stderr_lines[0]}" '^msh-search: error: key 2: '
        [[ $stderr != *SECRET* ]] || differs "$stderr" 'no value'
    done
    exits 2 msh-search
    exits 2 msh-search --project default
}

@test "search: nothing found ends with 4, in an empty keystore as well; without one with 1" {
    exits 4 msh-search -k PatientID=1
    same "$output$stderr" ''
    exits 1 msh-search --home nowhere -k PatientID=1
    [[ ! -e nowhere/keystore.db ]]
}

@test "search: a damaged or missing segment is named while the others answer" {
    dicom one ''
    index >one.ndjson
    first=("$MSH_HOME"/index/*.segment)
    dicom two ''
    index >both.ndjson
    flip "${first[0]}" 5000
    exits 3 msh-search -k Modality=CT
    same "$output" "$(tail -n 1 both.ndjson)"
    like "$stderr" '^msh-search: error: '
    same "${#stderr_lines[@]}" 1
    rm "${first[0]}"
    exits 3 msh-search -k Modality=CT
    same "$output" "$(tail -n 1 both.ndjson)"
    same "${#stderr_lines[@]}" 1
}

@test "search: an unknown profile is a wrong command line; files of keys from anywhere" {
    dicom one ''
    index >/dev/null
    for profile in foo Basic ''; do
        exits 2 msh-search --profile "$profile" -k Modality=CT
        same "$stderr" 'msh-search: error: --profile is basic or identified'
    done
    msh-search -k Modality=CT >wanted
    printf '\r\nModality=CT\r\n\n' >keys
    exits 0 msh-search -f keys
    same "$output" "$(<wanted)"
    printf '\n\n' >keys
    exits 2 msh-search -f keys
    like "$stderr" 'nothing to search for'
    exits 2 msh-search -f nowhere
    same "${stderr_lines[0]}" 'msh-search: error: cannot read the key file: No such file or directory'
}
