#!/usr/bin/env bats
# Manual pages and programs must agree: options both ways, environment variables, members of records, examples. And
# msh-record(5) must be enough: tests/support/read-records was written from it.
load helper

programs=(key encrypt put anchor index search list grant get decrypt verify)
commands=(init show backup restore rotate shred forget)
man=$root/man
samples=$root/tests/fixtures/records

# The options in a --help text, one a line.
options_of_help() {
    sed -n 's/^  \{1,6\}\(-.*\)/\1/p' | sed 's/  .*//; s/\[=.*//; s/ [A-Z].*//' | tr -d ' ' | tr ',' '\n' | sort -u
}

# The options that mdoc text names.
options_of_manual() {
    grep '^\.' | grep -oE '\bFl (-[a-z][a-z-]*|[A-Za-z0-9]+)' | while read -r _ option; do
        case $option in
        -*) printf '%s\n' "-$option" ;;
        *) fold -w 1 <<<"$option" | sed 's/^/-/' ;;
        esac
    done | sed '/^$/d' | sort -u
}

# section PAGE Sh|Ss TITLE
section() {
    awk -v macro=".$2" -v title="$3" \
        '/^\.S[hs] / { inside = ($1 == macro && substr($0, 5) == title); next } inside' "$man/$1"
}

# agree TEXT TEXT: two lists.
agree() {
    diff <(printf '%s\n' "$1") <(printf '%s\n' "$2")
}

at_least() {
    [[ $(wc -l <<<"$2") -ge $1 ]]
}

@test "manuals: each program has a page, and each page a program" {
    pages=$(cd "$man" && printf '%s\n' *.1 | sort)
    agree "$(printf 'msh-%s.1\n' "${programs[@]}" | sort)" "$pages"
    for program in "${programs[@]}"; do
        [[ $("msh-$program" --version) == "msh-$program (msh) $(<"$root/VERSION")" ]]
    done
}

@test "manuals: no warning of mandoc" {
    exits 0 mandoc -T lint -W warning "$man"/*.[157]
    same "$output" ''
}

# prose_of PAGE: as a reader sees it, but for examples and other literal text, which has other programs' options.
prose_of() {
    sed '/^\.Bd -literal/,/^\.Ed/d; /^\.Dl/d' "$1" | mandoc -T "$2" | col -bx
}

@test "manuals: rendered, no dash is glued to words of prose, and no macro is left over" {
    options=$(for program in "${programs[@]}"; do
        "msh-$program" --help
        [[ $program != key ]] || for command in "${commands[@]}"; do msh-key "$command" --help; done
    done | options_of_help)
    for page in "$man"/*.[157]; do
        for form in utf8 ascii; do
            prose=$(prose_of "$page" "$form")
            at_least 20 "$prose"
            # Of two letters or more: age -d and the like are other programs'.
            dashed=$(grep -oE "(^|[[:space:](])--?[A-Za-z]{2}[A-Za-z0-9-]*" <<<"$prose" | grep -oE -- '--?[A-Za-z].*' | sort -u)
            same "$(comm -23 <(printf '%s\n' "$dashed") <(printf '%s\n' "$options"))" ''
            same "$(grep -nE '(^|[[:space:](])\.?(Ar|Bd|Bl|Cm|Dl|Dq|Ed|El|Em|Ev|Fl|Li|Nm|Ns|Op|Pa|Pc|Po|Pp|Pq|Ql|Sh|Sq|Ss|Sy|Ta|Va|Xr)([[:space:].,;:)]|$)' <<<"$prose")" ''
            same "$(grep -nE '[[:alnum:]] +[,;:.]( |$)|[,;:.]{2} |[,;]-[[:alpha:]]' <<<"$prose" | grep -vF ...)" ''
        done
    done
}

@test "manuals: no macro has prose behind its punctuation" {
    same "$(grep -nE '^\.(Ar|Cm|Ev|Fl|Li|Nm|Pa|Va|Xr)\b.* [.,;:] +[a-z0-9]+ +[a-z0-9]' "$man"/*.[157])" ''
}

@test "manuals: every option of --help stands in the page, and the reverse" {
    for program in "${programs[@]}"; do
        [[ $program != key ]] || continue
        help=$("msh-$program" --help | options_of_help)
        at_least 8 "$help"
        agree "$help" "$(options_of_manual <"$man/msh-$program.1")"
    done
}

@test "manuals: every option of each command of msh-key stands in its section, and the reverse" {
    for command in "${commands[@]}"; do
        help=$(msh-key "$command" --help | options_of_help)
        at_least 8 "$help"
        shared=$(section msh-key.1 Sh OPTIONS)
        [[ $command == show || $command == forget ]] || shared+=$'\n'$(section msh-key.1 Ss 'Options of every command except show and forget')
        manual=$({ section msh-key.1 Ss "$command" && echo "$shared"; } | options_of_manual)
        agree "$help" "$manual"
    done
    synopsis=$({ section msh-key.1 Sh SYNOPSIS && echo "$shared"; } | options_of_manual)
    everywhere=$(for command in "${commands[@]}"; do msh-key "$command" --help; done | options_of_help)
    same "$(comm -13 <(printf '%s\n' "$everywhere") <(printf '%s\n' "$synopsis"))" ''
}

@test "manuals: msh-key has the commands that its page describes" {
    of_help=$(msh-key --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\{1,\}\) .*/\1/p' | sort)
    agree "$of_help" "$(printf '%s\n' "${commands[@]}" | sort)"
    agree "$of_help" "$(section msh-key.1 Sh SYNOPSIS | sed -n 's/^\.Cm //p' | sort -u)"
}

@test "manuals: msh(7) describes the options that all programs have" {
    shared=$(msh-put --help | options_of_help)
    for program in "${programs[@]}"; do
        words=("msh-$program")
        [[ $program != key ]] || words+=(show)
        shared=$(comm -12 <(printf '%s\n' "$shared") <("${words[@]}" --help | options_of_help))
    done
    at_least 7 "$shared"
    agree "$shared" "$(section msh.7 Ss 'Of every program' | options_of_manual)"
}

@test "manuals: msh(7) tells which programs take a passphrase" {
    wanted=$(section msh.7 Ss 'Of the programs that open the master key' | options_of_manual)
    at_least 2 "$wanted"
    for program in encrypt anchor index search list grant decrypt; do
        agree "$wanted" "$("msh-$program" --help | options_of_help | grep -- --passphrase)"
    done
    for program in put get verify; do
        same "$("msh-$program" --help | grep -c passphrase)" 0
    done
}

@test "manuals: msh(7) names the environment variables that are read" {
    names=$(grep -rhoE '(getenv|environment)\("[A-Z_]+"' "$root/lib" "$root/tools" | grep -oE '[A-Z_]{2,}' |
        grep -vx DCMDICTPATH | sort -u) # DCMTK's own, which msh overrides
    at_least 4 "$names"
    agree "$names" "$(section msh.7 Sh ENVIRONMENT | sed -n 's/^\.It Ev //p' | sort)"
}

@test "manuals: the classes of --allow-pixel-text" {
    classes=$(msh-encrypt --help | sed -n '/^Classes of/,$s/^  \([a-z-]*\)  .*/\1/p' | sort)
    at_least 5 "$classes"
    agree "$classes" "$(section msh-encrypt.1 Ss 'Pixels that may show names' | sed -n 's/^\.It Cm //p' | sort)"
}

@test "manuals: the searchable attributes" {
    attributes=$(msh-search --help | sed -n '/^Attributes: /,$p' | tr '\n' ' ' | sed 's/ $//' | sed -n 's/^Attributes: \(.*\)\.$/\1/p' | sed 's/, /\n/g' | sort)
    at_least 10 "$attributes"
    listed=$(section msh-search.1 Ss 'Attributes and how values compare' |
        sed -n '/ Sy /d;s/^\.It \([A-Z][A-Za-z, ]*\) Ta .*/\1/p' | sed 's/, /\n/g' | sort)
    agree "$attributes" "$listed"
}

@test "manuals: every member of the sample records is described" {
    names=$(jq -r '., (.statement? | strings | split("\n")[1] | fromjson) | del(.payload.shards?) |
        paths[] | strings' "$samples"/*.ndjson | sort -u)
    at_least 40 "$names"
    known=$(cat "$man/msh-record.5" "$man/msh-verify.1" | grep -E '^\.(It )?Va ' | tr ' ' '\n' | sort -u)
    same "$(comm -23 <(printf '%s\n' "$names") <(printf '%s\n' "$known"))" ''
}

@test "manuals: a strict reader takes the sample records" {
    reader=$root/tests/support/read-records
    exits 0 "$reader" --log "$samples/log" --log-key "$(<"$samples/log-key")" \
        "$samples"/{object,all-members,verdict,list}.ndjson
    exits 0 "$reader" --grant "$samples/grant.ndjson"
    exits 0 "$reader" --card "$samples/card"
}

@test "manuals: a strict reader notices what is changed in the sample records" {
    reader=$root/tests/support/read-records
    cd "$BATS_TEST_TMPDIR"
    refuses() {
        exits 1 "$reader" --log "$samples/log" --log-key "$(<"$samples/log-key")" "$1"
        [[ -n $stderr ]]
    }
    jq -c 'select(.anchor) | .epoch += 1' "$samples/object.ndjson" >record && refuses record
    jq -c '.stranger = 1' "$samples/object.ndjson" >record && refuses record
    jq -c 'del(.kc)' "$samples/object.ndjson" >record && refuses record
    jq -c '.ok |= not' "$samples/verdict.ndjson" >record && refuses record
    for change in '.epoch += 1' '.kc = .root' '.records -= 1' '.secret = .root'; do
        jq -c "if .type == \"study\" then $change else . end" "$samples/grant.ndjson" >grant
        exits 1 "$reader" --grant grant
    done
}

@test "manuals: programs still take the sample records, and write such records" {
    reader=$root/tests/support/read-records
    exits 4 msh-verify -q --log "$samples/log" --log-key "$(<"$samples/log-key")" "$samples/object.ndjson"
    same "$(jq -r .log <<<"$output" | sort -u | tr '\n' ' ')" 'included not-anchored '

    cd "$BATS_TEST_TMPDIR"
    records 6 >encrypted
    msh-put -q encrypted >stored
    msh-anchor -q stored >anchored
    msh-index -q anchored >indexed
    msh-verify -q indexed >verdicts
    msh-put -q --directory indexed | tail -n 1 >directory
    same "$(jq -r .type directory)" directory
    age-keygen -o key 2>/dev/null
    msh-grant -q --to "$(age-keygen -y key)" -o grant indexed
    msh-grant -q --card >card
    msh-grant -q --to card --as-age ages indexed >/dev/null
    for name in studies grants targets refused; do
        msh-list "$name"
    done >list
    msh-list studies --show >>list
    age -d -i key grant >lines
    exits 0 "$reader" --log "$MSH_HOME/log" --log-key "$(msh-key show --verifier)" encrypted stored indexed verdicts \
        directory list
    exits 0 "$reader" --grant lines
    exits 0 "$reader" --card card
    same "$output" "$(msh-key show --fingerprint)"
    # A record with every member passes byte for byte, but for what the programs add.
    exits 0 msh-anchor -q "$samples/all-members.ndjson"
    same "$output" "$(<"$samples/all-members.ndjson")"
}

@test "manuals: the example of msh-record(5) computes a leaf that stands in the log" {
    cd "$BATS_TEST_TMPDIR"
    section msh-record.5 Sh EXAMPLES | sed -n '/^\.Bd/,/^\.Ed/{/^\./d;s/\\e/\\/g;p}' >example
    bundle=$(printf '%s\n' "$samples"/log/tile/entries/000.p/*)
    count=0
    while read -r record; do
        printf '%s\n' "$record" >record
        index=$(jq .anchor.index record)
        leaf=$(od -An -v -tx1 -j $((index * 34 + 2)) -N 32 "$bundle" | tr -d ' \n')
        same "$(bash example | tr A-F a-f)" "$leaf"
        ((++count))
    done < <(jq -c 'select(.anchor and .sealed)' "$samples/object.ndjson")
    [[ $count -ge 2 ]]
}

@test "documents: every file that the architecture names is there" {
    cd "$root"
    names=$(grep -ohE '(unit|bats|peers|soak)/[a-z_/-]+\.(cpp|bats)' docs/architecture.md | sed 's,^,tests/,' | sort -u)
    names+=$'\n'$(grep -ohE '\b(scripts|docs|man)/[a-z.-]*[a-z0-9]' docs/architecture.md README.md | sort -u)
    at_least 30 "$names"
    for name in $names; do
        [[ -e $name ]] || differs "$name" 'a file'
    done
}

@test "documents: the architecture's arrows and programs are the Makefile's" {
    cd "$root"
    from=$(sed -n 's/^knows\.\([a-z]*\) *= */\1 /p' Makefile | sed 's/ $/ -/' | sort)
    at_least 10 "$from"
    agree "$from" "$(sed -n '/^The arrows/,/^What each/s/^    \([a-z].*\)/\1/p' docs/architecture.md |
        sed -E 's/  +(utf8proc|OpenSSL|SQLite|nlohmann|DCMTK|CLI11|libcurl|libmurmurhash).*//; s/  +/ /; s/ +$//' | sort)"
    linked=$(sed -n 's/^rooms\.\(msh-[a-z]*\) = custodian cli */\1 /p' Makefile | sed 's/ $//' | sort)
    at_least 10 "$linked"
    agree "$linked" "$(sed -n '/^What each/,/^The programs/s/^    \(msh-.*\)/\1/p' docs/architecture.md |
        sed -E 's/ +\(.*//; s/  +/ /' | sort)"
}

@test "documents: the architecture names every table of the keystore" {
    cd "$root"
    tables=$(sed -n 's/^CREATE TABLE \([a-z_]*\) .*/\1/p' lib/keystore/schema.cpp | sort)
    at_least 20 "$tables"
    agree "$tables" "$(sed -n '/^    table /,/^A wrapped/p' docs/architecture.md | tail -n +2 | cut -c 5-22 |
        tr -d ' ' | tr ',' '\n' | grep -x '[a-z_]\{3,\}' | sort)"
}
