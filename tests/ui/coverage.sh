#!/usr/bin/env bash
# Which test stands for which row of the workbench's list (U001 ...): writes tests/ui/README.md from the names
# of the tests. Usage, from the top folder: tests/ui/coverage.sh >tests/ui/README.md
# Rows that the workbench has later are left out: other kinds of plots, frames, forms, grids, the mouse.
cd "$(dirname "$0")/../.." || exit 1
rows=$(seq 1 242 | grep -vxE '22|37|39|54|7[89]|80|8[3-6]|9[0-3]|180|195' | grep -xE '[1-9]|[1-9][0-9]|10[01]|16[0-8]|17[3-9]|18[0-9]|19[0-4]|20[3-7]|21[4-9]|22[0-9]|23[0-9]|24[0-2]')
echo '# Rows of the workbench and their tests'
echo
echo 'Made by tests/ui/coverage.sh from the names of the tests; do not edit. `make check` runs all of them.'
echo
echo '| Row | Tests |'
echo '|---|---|'
names=$(grep -rnoE '\b((TEST|RUN)\()?U[0-9]{3}[A-Za-z0-9_ ,:;.<>=()-]*' tests --include='*.c' --include='*.sh' --include='*.lua' --exclude=coverage.sh | grep -E '(TEST|RUN)\(|\.sh:|\.lua:' | sed -E 's/(TEST|RUN)\(//; s/\)$//; s/:[0-9]+:/ /')
with=0 all=0
for n in $rows; do
    row=$(printf 'U%03d' "$n")
    found=$(printf '%s\n' "$names" | grep -E "\b$row|_$row" | sed -E 's,^tests/,,; s,_, ,2g; s,\);?$,,' | awk '{f = $1; sub(/^[^ ]+ /, ""); print "`" f "` " $0}' | sort -u | head -4 | paste -sd'!' | sed 's/!/<br>/g')
    all=$((all + 1))
    [ -n "$found" ] && with=$((with + 1))
    echo "| $row | ${found:--} |"
done
echo
echo "$with of $all rows have a test that names them."
