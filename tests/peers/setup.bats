#!/usr/bin/env bats
# scripts/setup --peers, where Go is too old: which ipfs it takes, and that it goes on without one.
load ../bats/helper

setup() {
    in_work_folder
    says go 'go version go1.19.8 linux/amd64'
    export PATH="$PWD:$PATH" MSH_PEERS=$PWD/peers
}

# says PROGRAM TEXT: one of that name, which says this.
says() {
    printf '#!/bin/sh\necho "%s"\n' "$2" >"$1" && chmod +x "$1"
}

@test "setup: an old Go and an old ipfs are named, and the rest is enough" {
    says ipfs 0.39.9
    exits 0 "$root/scripts/setup" --peers
    like "${stderr_lines[0]}" '^setup: this Go is older than 1\.[0-9.]+$'
    like "${stderr_lines[1]}" '^setup: ipfs is missing: .* its tests will be skipped$'
    [[ ! -e peers/ipfs ]]
    exits 1 "$root/scripts/setup" --peers --check
    same "$output" 'setup: missing: ipfs'
}

@test "setup: an ipfs of the PATH is taken from 0.40 on" {
    says ipfs 0.40.0
    exits 0 "$root/scripts/setup" --peers
    same "$(readlink peers/ipfs)" "$PWD/ipfs"
    exits 0 "$root/scripts/setup" --peers --check
    rm ipfs
    exits 1 "$root/scripts/setup" --peers --check
}
