#!/usr/bin/env bash
# The library exports weir_* alone, and never asks for what prints, exits, aborts or reads the environment.
lib=${top_builddir:-.}/.libs/libweir.so
n=0 bad=0
say() { n=$((n + 1)); if [ -z "$2" ]; then echo "ok $n - $1"; else printf '%s\n' "$2" | sed 's/^/# /'; echo "not ok $n - $1"; bad=1; fi; }
if [ ! -f "$lib" ]; then echo "1..0 # SKIP no shared library was built"; exit 0; fi
case " $(nm -D --undefined-only "$lib")" in *__asan_*|*__tsan_*|*__ubsan_*) echo "1..0 # SKIP sanitizers add symbols of their own"; exit 0;; esac
say "libweir exports weir_* and nothing else" "$(nm -D --defined-only "$lib" | awk '$2 ~ /[A-Z]/ && $3 !~ /^weir_/ {print $3}')"
say "libweir neither prints, exits, aborts nor reads the environment" \
    "$(nm -D --undefined-only "$lib" | awk '{print $2}' | sed 's/@.*//' | grep -xE 'printf|puts|putchar|vprintf|perror|exit|_exit|abort|getenv|secure_getenv|setenv|system|__printf_chk|__vprintf_chk|setlocale')"
missing=$(grep -oE '^WEIR_API [^(]*\b(weir_[a-z_0-9]+)\(' "${top_srcdir:-.}/src/weir.h" | grep -oE 'weir_[a-z_0-9]+\($' | tr -d '(' | sort -u |
    while read -r f; do nm -D --defined-only "$lib" | grep -q " $f\$" || echo "$f"; done)
say "every function of weir.h is there" "$missing"
if grep -q '^#define HAVE_AMX 1' "${top_builddir:-.}/config.h" && command -v objdump >/dev/null; then
    say "libweir multiplies with matrix units where there are some (tdpbf16ps)" \
        "$(objdump -d --no-show-raw-insn "$lib" | grep -woE 'ldtilecfg|tileloadd|tdpbf16ps|tilestored|tilerelease' | sort -u | awk 'END {if (NR < 5) print "only " NR " of 5 instructions"}')"
fi
echo "1..$n"
exit $bad
