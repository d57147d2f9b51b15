#!/usr/bin/env bats
# What tests/bats/kill.bats does, 200 times over 500 files.
load ../bats/helper
load ../support/kill

@test "kill: 200 kills of the pipeline over 500 files, each followed by another run" {
    images 500
    for seed in 1 2 3 4 5; do
        survives_kills "$seed" 40 500
    done
}
