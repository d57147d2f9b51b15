# shellcheck shell=bash disable=SC2034,SC2154  # kubo.bash uses and assigns these
# What the experiments share: a network of their own, limits for each server of it, nodes, payloads, the machine's
# description. Server k has the address 127.0.0.(10+k) for what is timed, and 127.0.1.(10+k), which has no limit, for
# checking afterwards what it holds.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export PATH=${MSH_BIN:-$root/build/bin}:$PATH LC_ALL=C
MSH_PEERS=${MSH_PEERS:-$root/build/peers}
unset MSH_SOURCES MSH_HOME

fail() {
    printf '%s: error: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

say() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
}

needs() {
    local program
    for program; do
        command -v "$program" >/dev/null || fail "there is no $program (scripts/setup --peers, make)"
    done
    [[ -x $MSH_PEERS/ipfs ]] || fail 'there is no ipfs (scripts/setup --peers)'
}

# Starts the script again, where loopback is all there is and nobody else uses it.
enter_network() {
    local try
    [[ -z ${MSH_OWN_NETWORK:-} ]] || return 0
    for try in -n -rn ''; do
        [[ -n $try ]] || fail 'this needs a network namespace: root, or a kernel that lets users have one (unshare -rn)'
        ! unshare "$try" true 2>/dev/null || break
    done
    export MSH_OWN_NETWORK=1
    exec unshare "$try" -- "$0" "$@"
}

# begin FOLDER: where results go; the working files beside them are removed at the end, whatever happens.
begin() {
    out=$1
    mkdir -p "$out" && out=$(cd "$out" && pwd)
    work=$(mktemp -d "$out/work.XXXXXX")
    BATS_FILE_TMPDIR=$work
    # shellcheck disable=SC1091
    source "$root/tests/peers/kubo.bash"
    trap finish EXIT
    trap 'exit 130' INT TERM
    ip link set lo up
}

finish() {
    trap '' INT TERM
    kubo_end
    if [[ -n ${nginx_pid:-} ]] && kill "$nginx_pid" 2>/dev/null; then
        kubo_gone "$nginx_pid"
    fi
    rm -rf "$work"
}

address() {
    echo "127.0.0.$((10 + $1))"
}

side_address() {
    echo "127.0.1.$((10 + $1))"
}

# limit_servers MBIT SERVER...: each sends and receives at that rate, whatever the others do. Without a rate, no limit.
limit_servers() {
    local rate=$1 server
    shift
    ((rate)) || return 0
    tc qdisc add dev lo root handle 1: htb default 0
    for server; do
        limit_one "$rate" "$((100 + server))" src "$(address "$server")"
        limit_one "$rate" "$((200 + server))" dst "$(address "$server")"
    done
}

# The bursts are two packets of loopback.
limit_one() {
    tc class add dev lo parent 1: classid "1:$2" htb rate "$1mbit" burst 128k cburst 128k quantum 65536
    tc filter add dev lo parent 1: protocol ip u32 match ip "$3" "$4/32" flowid "1:$2"
}

# start_node K: a fresh node at server K's addresses.
start_node() {
    kubo_start "node$1" ".Gateway.NoFetch = true
        | .Addresses.API = [\"/ip4/$(address "$1")/tcp/5001\"] | .Addresses.Swarm = [\"/ip4/$(address "$1")/tcp/4001\"]
        | .Addresses.Gateway = [\"/ip4/$(address "$1")/tcp/8080\", \"/ip4/$(side_address "$1")/tcp/8080\"]"
}

# kill_node K: its process alone; the repository stays.
kill_node() {
    local file=$kubo_nodes/node$1/pid
    {
        kill -KILL "$(<"$file")"
        wait "$(<"$file")" || true
    } 2>/dev/null
    rm "$file"
}

rpc_of() {
    echo "http://$(address "$1"):5001"
}

gateway_of() {
    echo "http://$(address "$1"):8080"
}

# options_for OPTION FUNCTION SERVER...: the option with each server's URL, into the array `options`.
options_for() {
    local option=$1 url_of=$2 server
    shift 2
    options=()
    for server; do
        options+=("$option" "$("$url_of" "$server")")
    done
}

# encrypt RECORDS FOLDER: the payloads lie in a spool that msh-put takes for somebody else's, so they stay.
encrypt() {
    export MSH_HOME=$work/keys
    [[ -e $MSH_HOME ]] || msh-key init -q
    msh-encrypt -q --allow-pixel-text "$2" >"$1"
    unset MSH_HOME
}

median() {
    sort -n | awk '{ value[NR] = $1 } END { print NR % 2 ? value[(NR + 1) / 2] : (value[NR / 2] + value[NR / 2 + 1]) / 2 }'
}

print_machine() {
    printf '# machine\t%s, %s cores, Linux %s\n' "$(sed -n 's/^model name\t*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
        "$(uname -r)"
    printf '# load\t%s when it began\n' "$(cut -d ' ' -f 1-3 /proc/loadavg)"
    printf '# versions\t%s; %s; %s\n' "$(msh-put --version)" "$("$kubo_program" --version)" "$(nginx -v 2>&1)"
}
