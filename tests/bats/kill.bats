#!/usr/bin/env bats
# A kill at any point loses no key and leaves no record that promises what is not there.
load helper
load ../support/kill

@test "kill: 20 kills of the pipeline, and everything is there once" {
    survives_kills 1 20 100
}
