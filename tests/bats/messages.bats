#!/usr/bin/env bats
# What programs say: printable, on one line each, and not thousands of times the same.
load helper

rtl=$'\u202e'
csi=$'\u009b'

# on_terminal COMMAND: what it writes to a terminal.
on_terminal() {
    script -qec "$1" /dev/null </dev/null | tr -d '\r'
}

@test "messages: what strangers wrote is spelled out where it could command the terminal or reorder the line" {
    in_work_folder
    for name in "${rtl}gpj.a" "${csi}31m" $'\e[31m' $'a\u2028b' $'a\u200bb' $'\xff' $'a\nb'; do
        exits 3 msh-put --show-paths "$name"
        same "${#stderr_lines[@]}" 1
        same "$(tr -d '\040-\176\n' <<<"$stderr")" ''
    done
    exits 3 msh-put --show-paths "${rtl}gpj.a"
    like "$stderr" 'operand 1 \(\\u202egpj\.a\): '
    exits 2 msh-key "${csi}31m"
    same "${stderr_lines[0]}" "msh-key: error: unknown command '\\u009b31m'"
}

@test "messages: records are bytes in a pipe, and printable on a terminal, where they mean the same" {
    needs_terminals
    in_work_folder
    printf '{"msh":1,"type":"other","text":"%s"}\n' "${rtl}abc${csi}1m" $'h\u00f4pital \u65e5' >records
    exits 0 msh-put records
    same "$output" "$(<records)"
    on_terminal 'msh-put -q records' >shown
    run ! grep -q "$rtl\|$csi" shown
    diff <(jq -c . shown) <(jq -c . records)
    grep -q $'h\u00f4pital \u65e5' shown
}

@test "messages: names of keys and logs hold nothing that cannot be seen" {
    for name in "a${rtl}b" "a${csi}b" $'a\u200bb' $'a\u2066b' $'a\u061cb' $'a\u2028b' $'a\tb' 'a b' 'a+b' $'a\xff' ''; do
        exits 2 msh-key init --log-origin "$name"
        same "$(tr -d '\040-\176\n' <<<"$stderr")" ''
        [[ ! -e $MSH_HOME/keystore.db ]]
    done
    msh-key init -q --log-origin $'h\u00f4pital.example/\u65e5'
    key=$(msh-key show --verifier)
    like "$key" $'^h\u00f4pital'
    exits 2 msh-verify --log-key "${rtl}$key" </dev/null
    like "$stderr" 'verifier key'

    in_work_folder
    records 2 | msh-put -q | msh-anchor -q >anchored
    jq -c --arg rtl "$rtl" '.anchor.origin = $rtl + "x"' anchored >bad
    exits 3 msh-anchor bad
    like "$stderr" "'anchor.origin' has an invalid value"
}

@test "messages: of thousands of equal errors ten are written, and the others counted" {
    in_work_folder
    records 20 | msh-put -q | jq -c 'del(.payload.path)' >twenty
    for _ in {1..60}; do cat twenty; done >many
    echo nonsense >>many
    mkdir store
    exits 3 msh-get --from store many
    same "${#stderr_lines[@]}" 12
    like "$stderr" 'error: record 10: '
    like "$stderr" 'error: record 1201: '
    like "${stderr_lines[11]}" '^msh-get: error: \.\.\. and 1,190 more like it: '
    same "$output" ''

    mkdir many-files
    for i in {1..25}; do echo text >"many-files/$i"; done
    exits 3 msh-encrypt many-files
    same "$(grep -c error: <<<"$stderr")" 11
    like "$stderr" '\.\.\. and 15 more like it: '
    like "$stderr" '25 not readable'
}
