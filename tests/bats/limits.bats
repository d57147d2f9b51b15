#!/usr/bin/env bats
# Little of what a process may have: open files, threads, room on the disk.
load helper

teardown() {
    [[ -z ${mounted-} ]] || umount "$mounted"
}

@test "limits: 64 open files are enough for the whole pipeline" {
    in_work_folder
    images 200 images
    ulimit -n 64
    msh-key init -q
    msh-encrypt -q images >encrypted
    msh-put -q --directory --car archive.car --store store --store "$MSH_HOME/store" encrypted >stored
    msh-anchor -q stored | msh-index -q | jq -c 'select(.type == "object")' >indexed
    same "$(wc -l <indexed)" 200
    msh-get -q --from store --from archive.car indexed | msh-decrypt -q -o out >paths
    same "$(wc -l <paths)" 200
    exits 0 msh-verify -q indexed
    same "${#lines[@]}" 200
    exits 4 msh-search -q -k PatientName=nobody
    age-keygen -o identity 2>/dev/null
    recipient=$(age-keygen -y identity)
    msh-grant -q --patients any --to "$recipient" -o grant indexed
    same "$(msh-grant -q --patients any --to "$recipient" --as-age plain indexed | wc -l)" 200
    msh-key backup -q --to "$recipient" backup
    msh-put -q --check
    msh-get -q --availability --from store indexed >availability
    same "$(wc -l <availability)" 200
}

@test "limits: with few threads or none, programs work, or say in words what is missing" {
    needs_plain_build
    in_work_folder
    ${CC:-cc} -shared -fPIC -o few.so "$root/tests/support/few-threads.c" -ldl
    images 80 images
    msh-key init -q
    few() {
        THREADS=$1 LD_PRELOAD=$PWD/few.so "${@:2}"
    }
    for threads in 0 1 2; do
        few $threads msh-encrypt -q --again images >encrypted
        same "$(wc -l <encrypted)" 80
        few $threads msh-put -q encrypted >stored
        few $threads msh-anchor -q stored >anchored
        few $threads msh-index -q anchored >indexed
        few $threads msh-get -q indexed >got
        few $threads msh-decrypt -q -o "out$threads" got >paths
        same "$(wc -l <paths)" 80
        exits 0 few $threads msh-verify -q indexed
    done
    exits 1 few 1 msh-get --from http://127.0.0.1:1 indexed
    same "${stderr_lines[0]}" 'msh-get: error: cannot start a thread: Resource temporarily unavailable'
    like "${stderr_lines[1]}" 'hint: the limit on processes'
}

@test "limits: a full disk is named by the folder that is on it, and never by an input" {
    in_work_folder
    records 1 >encrypted
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) Doe-John
    mkdir small
    if ((EUID != 0)) || ! mount -t tmpfs -o size=2m tmpfs small 2>/dev/null; then
        skip 'no small file system can be mounted'
    fi
    mounted=$PWD/small
    exits 1 msh-encrypt --home small/home Doe-John
    like "$stderr" 'there is no keystore'
    cp -r "$MSH_HOME" small/home
    MSH_HOME=$PWD/small/home exits 1 msh-encrypt Doe-John
    like "$stderr" "^msh-encrypt: error: cannot (write|sync) in '$PWD/small/home/spool/[0-9a-f]*': No space left on device$"
    msh-encrypt -q Doe-John >large
    exits 1 msh-put --car small/export.car large
    like "$stderr" "^msh-put: error: cannot write in '$PWD/small': No space left on device$"
    exits 1 msh-put --store small/store large
    like "$stderr" "^msh-put: error: cannot (write|sync) in '$PWD/small/store/.*': No space left on device$"
    exits 1 msh-put -o /dev/full large
    same "$stderr" "msh-put: error: cannot write to '/dev/full': No space left on device"
}

@test "limits: a file that would be larger than it may be is an error with a reason, and leaves nothing" {
    in_work_folder
    msh-key init -q
    "$root/scripts/make-test-dicom" large --bytes $((3 << 20)) Doe-John
    # limited COMMAND...: no file may have more than 2 MB.
    limited() { (ulimit -f 2000 && "$@"); }
    too_large() {
        exits 1 limited "$@"
        same "$output" ''
        same "$stderr" "$1: error: cannot write in '$wanted': File too large"
        same "$(find . "$MSH_HOME" -name '*.tmp' -o -name '.msh-*' -o -name '*.part')" ''
    }
    exits 1 limited msh-encrypt Doe-John
    like "$stderr" "^msh-encrypt: error: cannot write in '$MSH_HOME/spool/[0-9a-f]*': File too large$"
    msh-encrypt -q -o encrypted Doe-John
    echo old >export.car
    wanted=$PWD too_large msh-put --car export.car -o put encrypted
    [[ ! -e put ]]
    same "$(<export.car)" old
    wanted=$PWD too_large msh-put --car new.car -o put encrypted
    [[ ! -e put && ! -e new.car ]]
    # Blocks of 1 MiB may be that large: what is too large is the archive alone, and a later run is done with the rest.
    wanted=$PWD too_large msh-put --car new.car --store store -o put encrypted
    [[ ! -e put && ! -e new.car ]]
    exits 0 msh-put --car new.car --store store -o put encrypted
    exits 1 limited msh-get --from store -o got put
    like "$stderr" "^msh-get: error: cannot write in '$MSH_HOME/fetched/[0-9a-f]*': File too large$"
    [[ ! -e got ]]
    msh-get --from store -o got put
    wanted=$PWD/out too_large msh-decrypt -o out got
    same "$(find out -mindepth 1)" ''
}

@test "limits: a home folder whose name is not UTF-8 is refused before anything is made in it" {
    in_work_folder
    for program in 'key init' encrypt put anchor index get verify; do
        # shellcheck disable=SC2086 # two words
        exits 2 env MSH_HOME=$'h\xf4me' msh-$program </dev/null
        like "$stderr" 'the path of the home folder is not UTF-8'
    done
    exits 2 msh-key init --home $'h\xf4me'
    same "$(ls)" ''
    exits 0 msh-key init --home $'h\u00f4me'
}
