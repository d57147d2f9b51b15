# What tests of programs share. A test file begins with `load helper`; each test then finds the programs of MSH_BIN
# first in PATH and an MSH_HOME of its own, which does not exist yet. A file with a `setup` of its own calls fresh_home
# there.
bats_require_minimum_version 1.5.0

root=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
export PATH="${MSH_BIN:-$root/build/bin}:$PATH"
unset MSH_SOURCES SSL_CERT_FILE XDG_DATA_HOME CREDENTIALS_DIRECTORY

setup() {
    fresh_home home
}

# fresh_home NAME: from here on, commands act for the custodian NAME of this test.
fresh_home() {
    export MSH_HOME="$BATS_TEST_TMPDIR/$1"
}

# in_work_folder: go into an empty folder of this test.
in_work_folder() {
    mkdir "$BATS_TEST_TMPDIR/work" && cd "$BATS_TEST_TMPDIR/work" || return
}

# exits CODE COMMAND...: it must end with CODE; $output and $stderr, $lines and $stderr_lines are what it wrote.
exits() {
    run "-$1" --separate-stderr "${@:2}"
}

# same TEXT WANTED
same() {
    [[ $1 == "$2" ]] || differs "$1" "$2"
}

# like TEXT PATTERN: an extended regular expression matches somewhere.
like() {
    [[ $1 =~ $2 ]] || differs "$1" "$2"
}

differs() {
    printf 'got:    %q\nwanted: %q\n' "$1" "$2"
    return 1
}

# flip FILE PLACE: the byte there becomes another one.
flip() {
    local byte
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    printf '%b' "\\x$(printf %02x $((byte ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# images N [FOLDER]: N small images of several patients and studies.
images() {
    "$root/scripts/make-test-dicom" series --count "$1" --size 1024 "${2:-$BATS_TEST_TMPDIR/images}"
}

# A test file that asks sources again and again calls this, so that msh-get takes nothing from what it fetched before.
always_fetch() {
    # shellcheck disable=SC2317
    msh-get() {
        find "$MSH_HOME/fetched" -type f ! -name lock ! -name '*.unfinished' -delete 2>/dev/null || true
        command msh-get "$@"
    }
}

# records N: the object records of N small images, encrypted in MSH_HOME, which is made if need be.
records() {
    [[ -e $MSH_HOME/keystore.db ]] || msh-key init -q
    images "$1" && msh-encrypt -q "$BATS_TEST_TMPDIR/images"
}

# pydicom_files: $pydicom_files is the folder of python3-pydicom's real files; without it, the test is skipped.
pydicom_files() {
    pydicom_files=/usr/lib/python3/dist-packages/pydicom/data/test_files
    [[ -d $pydicom_files ]] || skip 'python3-pydicom is not installed'
}

# For tests whose meaning is a limit on memory or time, which sanitizers multiply.
needs_plain_build() {
    [[ -z ${MSH_SANITIZED-} ]] || skip 'the programs are sanitized'
}

needs_terminals() {
    python3 -c 'import pty; pty.openpty()' 2>/dev/null || skip 'there are no terminals here'
}

# hooked COMMAND PATH PROGRAM...: runs the program, and once, just before it looks at the path, the shell command.
# For plain builds: a sanitizer wants to be loaded first.
hooked() {
    [[ -e $BATS_TEST_TMPDIR/hook.so ]] ||
        ${CC:-cc} -shared -fPIC -o "$BATS_TEST_TMPDIR/hook.so" "$root/tests/support/hook.c" -ldl
    HOOK="$1" HOOK_AT="$2" LD_PRELOAD="$BATS_TEST_TMPDIR/hook.so" "${@:3}"
}

# unreadable PATH PROGRAM...: runs the program, which cannot read this file, as on a disk with a bad sector.
unreadable() {
    [[ -e $BATS_TEST_TMPDIR/unreadable.so ]] ||
        ${CC:-cc} -shared -fPIC -o "$BATS_TEST_TMPDIR/unreadable.so" "$root/tests/support/unreadable.c" -ldl
    UNREADABLE="$1" LD_PRELOAD="$BATS_TEST_TMPDIR/unreadable.so" "${@:2}"
}
