#!/usr/bin/env bats
# scripts/setup: which packages it wants for what. On a system where none is installed.
load helper

setup() {
    in_work_folder
    printf '#!/bin/sh\n' >dpkg-query && chmod +x dpkg-query
    export PATH="$PWD:$PATH"
}

# wants OPTION...: $output is the packages, in a line.
wants() {
    exits 1 "$root/scripts/setup" "$@" --check
}

@test "setup: to build and run it, nothing of tests and lint is installed" {
    wants
    like "$output" '^setup: missing: .*g[+][+] .*libdcmtk-dev'
    run ! grep -qwE 'bats|clang.*|shellcheck|dcmtk|jq|mandoc|libgtest-dev|nginx-light' <<<"${output//libdcmtk-dev/}"
    wants --demo
    like "$output" ' dcmtk python3-pydicom$'
    run ! grep -qwE 'bats|clang.*|shellcheck' <<<"$output"
}

@test "setup: tests and lint, each once" {
    wants --tests
    like "$output" ' bats '
    run ! grep -qwE 'clang.*|shellcheck' <<<"$output"
    wants --tests --lint --demo
    like "$output" ' bats .* shellcheck .*clang'
    same "$(tr ' ' '\n' <<<"$output" | sort | uniq -d)" ''
    exits 2 "$root/scripts/setup" --everything
}

planned() {
    exits 0 env -u MAKEFLAGS -u MAKELEVEL make -C "$root" --no-print-directory -n "$@"
}

@test "setup: make demo asks for no tests, make check for no lint; install-strip strips" {
    planned setup-demo
    same "$output" 'scripts/setup --demo --check >/dev/null 2>&1 || scripts/setup --demo'
    planned setup-tests
    same "$output" 'scripts/setup --tests --check >/dev/null 2>&1 || scripts/setup --tests'
    planned demo
    like "$output" 'scripts/setup --demo'
    run ! grep -qE 'setup --(tests|lint)' <<<"$output"
    planned install-strip DESTDIR=/nowhere
    like "$output" 'install -s .*/bin/msh-encrypt .*/nowhere/usr/local/bin'
}
