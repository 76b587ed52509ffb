#!/usr/bin/env bash
# Text pictures of a real session for the README: MNIST (WEIR_DATA/mnist/train.csv.gz and test.csv.gz: 784 pixels and
# the digit, no header) is trained in the workbench inside tmux, and what stands on the screen is taken as it is.
# Usage, from the build folder: ../tests/ui/pictures.sh FOLDER. Writes FOLDER/training.txt and FOLDER/done.txt.
data=${WEIR_DATA:?where the data sets are}/mnist out=${1:?a folder for the pictures}
mkdir -p "$out" || exit 1
bin=$(pwd)/weir
work=$(mktemp -d /tmp/weir-picXXXXXX) || exit 1
export WEIR_TMPDIR=$work XDG_STATE_HOME=$work XDG_CONFIG_HOME=/nonexistent LC_ALL=C.UTF-8
unset TMUX
t() { tmux -L weirpictures -f /dev/null "$@"; }
trap 't kill-server 2>/dev/null; sleep 1; rm -rf "$work"' EXIT
picture() { t capture-pane -p -t w; }

ln -s "$data/train.csv.gz" "$data/test.csv.gz" "$work"
cat >"$work/mnist.lua" <<'NB'
-- %% data
train = weir.import_file("train.csv.gz")
test = weir.import_file("test.csv.gz")
y = train:names()[785]
train[y], test[y] = train[y]:asfactor(), test[y]:asfactor()
print(train.nrow, test.nrow, train.ncol)

-- %% a small net
m = weir.deeplearning{ y = y, training_frame = train,
  validation_frame = test, hidden = {200, 200}, epochs = 10,
  activation = "RectifierWithDropout", input_dropout_ratio = 0.1,
  score_interval = 1, score_duty_cycle = 0.3, seed = 1 }

-- %% how good
print(m:error{valid = true})
NB

# Waits for the words, so many seconds at most.
expect() {
    for _ in $(seq $(($2 * 5))); do
        case $(picture) in *"$1"*) return 0 ;; esac
        sleep 0.2
    done
    echo "pictures: '$1' did not come" >&2
    picture >&2
    return 1
}

t new-session -d -s w -x 116 -y 38 "cd $work && exec $bin --no-session mnist.lua"
expect 'Enter edit' 20 || exit 1
t send-keys -t w R a
expect 'rows/s' 120 || exit 1
t send-keys -t w Down
for _ in $(seq 600); do # until half of it is done
    case $(picture) in *' 5'[0-9]'%'* | *' 6'[0-9]'%'*) break ;; esac
    sleep 0.5
done
picture >"$out/training.txt"
for _ in $(seq 1200); do
    case $(picture) in *'how good'*ok*) break ;; esac
    sleep 0.5
done
sleep 1
picture >"$out/done.txt"
