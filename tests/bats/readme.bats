#!/usr/bin/env bats
# The commands of the README work as they stand, in the order in which a reader runs them. Only names that a reader
# would replace are replaced.
load helper

# commands TITLE: the indented lines of a section.
commands() {
    sed -n "/^## $1\$/,/^## /p" "$root/README.md" | sed -n 's/^    //p'
}

# as NAME TITLE [SED-PROGRAM]: runs a section's commands as this person, in a folder of theirs.
as() {
    mkdir -p "$1"
    commands "$2" | sed "${3-}" >"$1.commands"
    [[ -s $1.commands ]]
    (cd "$1" && HOME=$PWD bash -e "../$1.commands")
}

@test "README: from the first day of the hospital to the colleague's images" {
    cd "$BATS_TEST_TMPDIR"
    unset MSH_HOME
    images 6 export
    patient=$(dcmdump --search PatientID export/*.dcm | sed -n '1s/.*\[\(.*\)\].*/\1/p')
    [[ -n $patient ]]

    as hospital 'The hospital: first day' >first-day
    fingerprint=$(tail -n 1 first-day)
    as hospital 'The hospital: every night' "s,/export,$PWD/export,"
    same "$(wc -l <hospital/night.ndjson)" 6
    same "$(stat -c %a hospital/night.report)" 600
    age -d -i hospital/backup.key hospital/keystore.backup >/dev/null

    as colleague 'The colleague' '/--accept/,$d'
    cp colleague/colleague.card hospital/
    as hospital 'The hospital: share a study' "s/4711/$patient/" >shown
    like "$(<shown)" "$patient"
    same "$(stat -c %a hospital/query.txt)" 600

    cp hospital/case-17.grant colleague/
    store=$PWD/hospital/.local/share/msh/store
    as colleague 'The colleague' "1,/--card/d;s/FINGERPRINT/$fingerprint/;s,https://[^ ]*,$store," >paths
    [[ -s paths ]]
    while read -r path; do
        dcmdump --search PatientID --search PatientName "colleague/$path" >after
        [[ -s after ]] && ! grep -qF -e "$patient" after
    done <paths
}
