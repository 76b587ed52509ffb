#!/bin/bash
# U230: completion in real shells; the program answers, the scripts only ask it.
n=0 bad=0
ok() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi; }
is() { [ "$1" = "$2" ]; local r=$?; ok $r "$3"; [ $r = 0 ] || echo "# got '$1', wanted '$2'"; }
has() { case " $1 " in *" $2 "*) ok 0 "$3" ;; *) ok 1 "$3"; echo "# got '$1'" ;; esac; }
dir=$(mktemp -d) || exit 1
trap 'WEIR_TMPDIR=$dir $weir kill --all >/dev/null; rm -rf "$dir"' EXIT
weir=$PWD/weir top=$(cd "$top_srcdir" && pwd)
export WEIR_TMPDIR=$dir XDG_STATE_HOME=$dir
mkdir -p "$dir/bin" "$dir/work/models"
ln -s "$weir" "$dir/bin/weir"
cd "$dir/work" || exit 1
touch mnist.lua ecg.lua best.weir notes.txt "two words.lua"

# What is installed is what the program prints.
for shell in bash:weir zsh:_weir fish:weir.fish; do
  is "$($weir completion "${shell%%:*}" | cksum)" "$(cksum <"$top/ui/completion/${shell#*:}")" "U230 weir completion ${shell%%:*} is the file that is installed"
done
$weir completion tcsh 2>/dev/null; is $? 2 "U227 a shell that is not known"

# Every command and option of the help is offered, with its help, and none that does not go there.
words() { $weir complete-words "$@" | cut -f1 | tr '\n' ' '; }
for verb in $($weir --help | sed -n 's/^ *weir \([a-z]*\) .*/\1/p' | sort -u); do
  has "$(words "")" "$verb" "U230 command $verb"
  want=$($weir help "$verb" | sed -n 's/^  \(--[a-z-]*\).*/\1/p' | sort | tr '\n' ' ')
  is "$(words "$verb" -- | tr ' ' '\n' | grep -vx -e '--help' -e '' | sort | tr '\n' ' ')" "$want" "U230 options of $verb"
done
has "$($weir complete-words "ru" | tr '\t' ' ')" "Runs" "U230 with their help"
has "$(words help hid)" "hidden_dropout_ratios" "U230 parameters as topics of help"
has "$(words --set the)" "theme=" "U230 names of settings"
has "$(words --set theme=)" "theme=light" "U230 values of settings"
is "$(words --set theme=li)" "theme=light " "U230 those that begin so"
has "$(words plot best.weir --metric=log)" "--metric=logloss" "U230 metrics, behind an equals sign too"
is "$(words kill "")" "" "U230 no session runs"
: | script -qc "$weir mnist.lua" /dev/null >/dev/null 2>&1 &
for i in $(seq 1200); do $weir ls | grep -q mnist && break; sleep 0.1; done
is "$(words kill m)" "mnist " "U230 sessions that run"
has "$(words send mnist --c)" "--cell" "U230 an option behind an argument"
$weir kill --all >/dev/null; wait

# bash
complete_bash() {
  PATH=$dir/bin:$PATH bash --norc --noprofile -c '
    source "$1"; declare -F _weir >/dev/null || exit 9
    COMP_LINE=$2 COMP_POINT=${#2} COMPREPLY=(); read -ra COMP_WORDS <<<"$2"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _weir; printf "%s\n" "${COMPREPLY[@]}"' \
    - "$top/ui/completion/weir" "$1" | sort | tr '\n' ' '
}
is "$(complete_bash "weir pre")" "predict " "U230 bash: a command"
is "$(complete_bash "weir run ")" "ecg.lua mnist.lua models two words.lua " "U230 bash: scripts and folders alone"
is "$(complete_bash "weir plot be")" "best.weir " "U230 bash: models"
is "$(complete_bash "weir models mo")" "models " "U230 bash: folders"
is "$(complete_bash "weir --set theme=li")" "light " "U230 bash: behind the equals sign that it splits words at"
is "$(complete_bash "weir run --j")" "--json " "U230 bash: an option"
is "$(complete_bash "weir import n")" "notes.txt " "U230 bash: any file where any may be"
# by its own keys, at a terminal
typed=$(printf 'PS1=; source %s; PATH=%s:$PATH\nweir pred\tX\nexit\n' "$top/ui/completion/weir" "$dir/bin" | TERM=dumb script -qec 'bash --norc --noprofile -i' /dev/null 2>&1)
case $typed in *"weir predict X"*) ok 0 "U230 bash: Tab at a terminal" ;; *) ok 1 "U230 bash: Tab at a terminal"; echo "# $typed" ;; esac

# zsh: the functions of its completion system stand in and say what they are asked.
if command -v zsh >/dev/null; then
  complete_zsh() {
    PATH=$dir/bin:$PATH zsh -f -c '
      compdef() { : }
      _describe() { print -rl -- ${(P)4} }
      _files() { print -r -- "files $*" }
      compadd() { print -rl -- ${(P)argv[-1]} }
      source "$1"; shift; words=("$@") CURRENT=$#; _weir' - "$top/ui/completion/_weir" "$@" | tr '\n' ' '
  }
  case $(complete_zsh weir pre) in *"predict:Predictions"*) ok 0 "U230 zsh: a command with its help" ;; *) ok 1 "U230 zsh: a command with its help"; echo "# $(complete_zsh weir pre)" ;; esac
  is "$(complete_zsh weir run m)" "files -g *.lua " "U230 zsh: scripts"
  is "$(complete_zsh weir models "")" "files -/ " "U230 zsh: folders"
  is "$(complete_zsh weir --set ti)" "title= " "U230 zsh: a setting's name, and no blank behind it"
else
  ok 0 "U230 zsh # SKIP no zsh here"
fi

if command -v fish >/dev/null; then
  complete_fish() {
    HOME=$dir XDG_CONFIG_HOME=$dir XDG_DATA_HOME=$dir PATH=$dir/bin:$PATH fish --no-config -c "source $top/ui/completion/weir.fish; complete -C '$1'" 2>&1 | cut -f1 | sort | tr '\n' ' '
  }
  is "$(complete_fish "weir pre")" "predict " "U230 fish: a command"
  is "$(complete_fish "weir plot b")" "best.weir " "U230 fish: models"
  is "$(complete_fish "weir --set theme=li")" "theme=light " "U230 fish: a value"
  is "$(complete_fish "weir models m")" "models/ " "U230 fish: folders"
else
  ok 0 "U230 fish # SKIP no fish here"
fi
echo "1..$n"
exit $bad
