#!/usr/bin/env bats
# Who waits for another program says so, and ends at a signal.
load helper

teardown() {
    exec 8>&-
}

# prepared: records, encrypted and stored.
prepared() {
    in_work_folder
    records 3 >encrypted
    msh-put -q encrypted >stored
}

# hold FILE: its lock is this test's until `release`.
hold() {
    [[ -e $1 ]] || : >"$1"
    exec 8<"$1"
    flock 8
}

release() {
    exec 8>&-
}

# A shell's background jobs ignore SIGINT, and so would a program.
start() {
    : >err
    env --default-signal=INT "$@" >out 2>>err 8>&- &
    pid=$!
}

# until_said PATTERN: the program that was started says that.
until_said() {
    for _ in {1..300}; do
        ! grep -qE "$1" err || return 0
        kill -0 "$pid" || break
        sleep 0.1
    done
    cat err
    return 1
}

# ends_by SIGNAL: the program that waits does.
ends_by() {
    kill "-$1" "$pid"
    local code=0
    wait "$pid" || code=$?
    same "$code" $((128 + $(kill -l "$1")))
    same "$(wc -l <err)" 1
}

# waits LOCK COMMAND...: it says that it waits, ends at each signal, and is done when the lock is free.
waits() {
    local lock=$1 signal
    shift
    hold "$lock"
    for signal in INT TERM HUP; do
        start "$@"
        until_said "^msh-[a-z]+: waiting for .*$(basename "$lock")', locked by another program$"
        ends_by "$signal"
    done
    start "$@"
    until_said 'waiting for'
    release
    wait "$pid"
    same "$(wc -l <err)" 1
}

@test "locks: master.lock, index.lock, log.lock and a store's" {
    prepared
    age-keygen -o identity 2>/dev/null
    waits "$MSH_HOME/master.lock" msh-key backup --to "$(age-keygen -y identity)" backup
    waits "$MSH_HOME/log.lock" msh-anchor stored
    waits "$MSH_HOME/index.lock" msh-index stored
    waits "$MSH_HOME/store" msh-put encrypted
}

@test "locks: the keystore's queue, and SQLite's own" {
    prepared
    waits "$MSH_HOME/keystore.db-queue" msh-anchor stored

    mkfifo go
    python3 -c '
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
open("held", "w").close()
open("go").read()' "$MSH_HOME/keystore.db" 8>&- &
    holder=$!
    for _ in {1..100}; do [[ ! -e held ]] || break; sleep 0.1; done
    for signal in INT TERM HUP; do
        start msh-anchor stored
        until_said "^msh-anchor: waiting for '.*/keystore\.db', locked by another program$"
        ends_by "$signal"
    done
    start msh-anchor stored
    until_said 'waiting for'
    : >go
    wait "$holder" "$pid"
    same "$(jq -s 'map(select(.anchor)) | length' out)" 3
}

@test "locks: with -q, a wait is silent and still ends at a signal" {
    prepared
    hold "$MSH_HOME/log.lock"
    start msh-anchor -q stored
    sleep 2
    same "$(<err)" ''
    kill -TERM "$pid"
    code=0
    wait "$pid" || code=$?
    same "$code" 143
    same "$(<err)" ''
}

@test "locks: one ctrl-c at the passphrase prompt ends the whole pipe, and the terminal echoes again" {
    needs_terminals
    in_work_folder
    echo words >words
    chmod 600 words
    msh-key init -q --passphrase-file words
    images 1
    for keys in '\x03' 'wor\x1c\x1a\x03'; do
        exits 0 python3 - "$keys" <<'PYTHON'
import os, pty, select, signal, sys, termios, time

keys = sys.argv[1].encode().decode("unicode_escape").encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execvp("bash", ["bash", "-c", "set -o pipefail; trap 'echo codes ${PIPESTATUS[*]}' EXIT; trap : INT\n"
                       "msh-encrypt images ../images | msh-put | msh-anchor | msh-index | msh-search -k PatientID=1"])
seen, sent, end = b"", False, time.monotonic() + 60
while time.monotonic() < end:
    if select.select([terminal], [], [], 0.2)[0]:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    elif not sent and b"passphrase" in seen:
        time.sleep(1.5)  # the others are waiting by now
        assert not termios.tcgetattr(terminal)[3] & termios.ECHO, "echoes"
        os.write(terminal, keys)
        sent = True
    if b"codes" in seen and seen.endswith(b"\n"):
        assert termios.tcgetattr(terminal)[3] & termios.ECHO, "does not echo"
else:
    os.kill(pid, signal.SIGKILL)
    sys.exit("not over: " + repr(seen))
os.waitpid(pid, 0)
text = seen.decode()
assert text.count("passphrase") == 1, text
assert "waiting for" not in text, text
assert "codes 130 " in text and " 130 130 130" in text, text
PYTHON
        same "$stderr" ''
    done
}
