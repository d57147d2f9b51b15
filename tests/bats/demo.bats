#!/usr/bin/env bats
# scripts/demo, on a few files: that it runs, and what its table says.
load helper

@test "demo: no Patient ID of letters and digits alone, a file twice, one that is none; the table adds up" {
    in_work_folder
    images 4 in
    "$root/scripts/make-test-dicom" refused refused
    cp in/ct-000000.dcm in/twice.dcm
    echo 'no DICOM' >in/text
    cp refused/pixel-text/ultrasound.dcm refused/policy/structured-report.dcm "in/"
    exits 0 env MSH_DEMO="$PWD/shown" "$root/scripts/demo" in
    same "$stderr" "$(grep -v '^demo: ' <<<"$stderr")"
    for row in 'files in +8' '  encrypted: .* 5' '  already encrypted: .* 1' '  refused by policy, .* 1' '  not DICOM, .* 1' \
        'refused, strictly +2' 'records, strictly +4' 'bit for bit an original +5 / 5'; do
        like "$output" "(^|"$'\n'")[^"$'\n'"]*$row"
    done
    like "$output" 'unreadable: not a DICOM file'
    # What has gone wrong on purpose was found.
    like "$output$stderr" 'msh-get: error: record 1: '
    same "$(find shown -name '*.png' | sort)" 'shown/after.png
shown/before.png'
    like "$(file -b shown/before.png 2>/dev/null || head -c 4 shown/before.png)" 'PNG'
    cmp shown/before.png shown/after.png
    # Nothing of it is left elsewhere.
    same "$(ls)" 'in
refused
shown'
}
