#!/usr/bin/env bash
# The workbench inside tmux, GNU screen and mosh, and on terminal types of all kinds: readable and usable.
# What is not installed is skipped with a sentence.
bin=${top_builddir:-.}/weir
case $bin in /*) ;; *) bin=$(cd "$(dirname "$bin")" && pwd)/weir ;; esac
work=$(mktemp -d /tmp/weir-termXXXXXX) || exit 1
export WEIR_TMPDIR=$work XDG_STATE_HOME=$work XDG_CONFIG_HOME=/nonexistent TMUX_TMPDIR=$work SCREENDIR=$work/screens
unset TMUX STY NO_COLOR
mkdir -m 700 "$work/screens"
n=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; [ -n "${3-}" ] && printf '%s\n' "$3" | sed 's/^/# /'; fi; }
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }
t() { tmux -L weirtest -f /dev/null "$@"; }
finish() { t kill-server 2>/dev/null; "$bin" kill --all >/dev/null 2>&1; rm -rf "$work"; }
trap finish EXIT

# A notebook that nobody has seen.
fresh() {
    rm -rf "$work/.weir"
    printf '%s\n' '-- %% title of it' "print('shown ' .. 'as it is')" '-- %% second' 'y = 2' >"$work/nb.lua"
}

# Until the pane of tmux shows the words, or until it must be a hang; what it shows is in $screen.
expect() {
    for _ in $(seq 1200); do
        screen=$(t capture-pane -p -t w 2>/dev/null)
        case $screen in *"$1"*) return 0 ;; esac
        sleep 0.1
    done
    return 1
}

# In a pane of tmux: opens the notebook by the command, runs a cell, types into another, leaves. Sets $good.
walk() {
    good=1
    t kill-session -t w 2>/dev/null
    sleep 0.2
    fresh
    t new-session -d -s w -x 80 -y 24 "$1" || return
    expect 'Enter edit' || return
    case $screen in *"title of it"*) ;; *) return ;; esac
    t send-keys -t w C-t
    expect 'shown as it is' || return
    t send-keys -t w b
    expect EDIT || return
    t send-keys -t w -l 'z = 1 -- typed here'
    expect 'typed here' || return
    t send-keys -t w C-g
    expect CMD || return
    t send-keys -t w q d
    good=0
}

plain() { ! LC_ALL=C grep -q '[^ -~]' <<<"$1"; }

if ! command -v tmux >/dev/null; then
    skip "U185 tmux, screen, mosh and terminal types" "tmux is not installed"
    echo "1..$n"
    exit 0
fi

open="cd $work && exec env LC_ALL=C.UTF-8 $bin --no-session nb.lua"
walk "$open"
ok $good "U185 inside tmux" "$screen"
text=$screen
before=

fresh
# The same again shows the same: tmux redraws what it has, Ctrl-L what weir has.
t new-session -d -s v -x 80 -y 24 "$open" 2>/dev/null
for _ in $(seq 1200); do
    last=$before before=$(t capture-pane -p -t v)
    case $before in *'Enter edit'*) [ "$before" = "$last" ] && break ;; esac
    sleep 0.2
done
t send-keys -t v C-l
for _ in $(seq 100); do # a picture of it may be taken when it is half drawn
    sleep 0.3
    after=$(t capture-pane -p -t v)
    [ "$before" = "$after" ] && break
done
[ "$before" = "$after" ]
ok $? "U185 U182 Ctrl-L inside tmux shows the same screen" "$after"
t send-keys -t v q

if command -v screen >/dev/null; then
    printf 'startup_message off\ndefutf8 on\n' >"$work/screenrc"
    walk "cd $work && exec env LC_ALL=C.UTF-8 screen -U -c $work/screenrc $bin --no-session nb.lua"
    ok $good "U185 inside GNU screen, inside tmux" "$screen"
else
    skip "U185 inside GNU screen" "screen is not installed"
fi

if command -v mosh-server >/dev/null && command -v mosh-client >/dev/null; then
    key=$(cd "$work" && LC_ALL=C.UTF-8 mosh-server new -i 127.0.0.1 -p 61001:61999 -- env WEIR_TMPDIR="$work" XDG_STATE_HOME="$work" XDG_CONFIG_HOME=/nonexistent sh -c "cd $work && exec $bin --no-session nb.lua" 2>/dev/null | sed -n 's/^MOSH CONNECT //p')
    if [ -n "$key" ]; then
        walk "exec env LC_ALL=C.UTF-8 MOSH_KEY=${key#* } mosh-client 127.0.0.1 ${key% *}"
        ok $good "U185 over mosh on the loopback" "$screen"
    else
        skip "U185 over mosh" "mosh-server does not start here"
    fi
else
    skip "U185 over mosh" "mosh is not installed"
fi

# Types of terminals; tmux understands what the older ones are sent.
for type in xterm-256color tmux-256color screen xterm linux vt220 vt100 dumb no-such-terminal unset; do
    if [ $type = unset ]; then how="env -u TERM"; else how="env TERM=$type"; fi
    walk "cd $work && exec $how LC_ALL=C $bin --no-session nb.lua"
    plain "$screen" || good=1
    ok $good "U185 U186 TERM=$type with LC_ALL=C: usable, ASCII alone" "$screen"
done
walk "cd $work && exec env TERM=linux LC_ALL=C.UTF-8 $bin --no-session nb.lua"
ok $good "U185 the console's type with UTF-8" "$screen"
walk "cd $work && exec env -u LANG -u LC_ALL -u LC_CTYPE $bin --no-session nb.lua"
plain "$screen" || good=1
ok $good "U185 no locale at all: ASCII" "$screen"
[ -n "$text" ] || ok 1 "U185 there was a screen"
echo "1..$n"
