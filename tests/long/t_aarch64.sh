# The kernels, the tiles worked out in C and the trainer on another processor: compiled for AArch64 and run under an emulator, with the generic
# table. Wants aarch64-linux-gnu-gcc with its libc and qemu-aarch64 (Debian: gcc-aarch64-linux-gnu,
# libc6-dev-arm64-cross, qemu-user); what is missing is named and nothing is tested.
n=0
failed=0
for tool in aarch64-linux-gnu-gcc qemu-aarch64; do
    if ! command -v $tool >/dev/null; then
        echo "ok 1 - AArch64 # SKIP there is no $tool here"
        echo "1..1"
        exit 0
    fi
done
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
src=$(cd "$srcdir" && pwd)
echo '#define PACKAGE_VERSION "0"' >"$tmp/config.h" # nothing of this machine's configuration
for test in t_kernel t_tiles t_forward t_gradient t_lanes; do
    aarch64-linux-gnu-gcc -std=c11 -O2 -ffp-contract=fast -fopenmp -D_GNU_SOURCE -DKERNEL_TABLE=kernel_generic -DTILES_IN_C -DTILES_TABLE=kernel_tiles_plain \
        -ffunction-sections -Wl,--gc-sections -I"$tmp" -I"$src" -I"$src/src" -o "$tmp/$test" \
        "$src/tests/unit/$test.c" "$src/src/kernel/kernel_impl.c" "$src/src/kernel/kernel_tiles.c" "$src/src/kernel/dispatch.c" \
        "$src/src/model/loss.c" "$src/src/model/network.c" "$src/src/model/forward.c" "$src/src/train/dataset.c" \
        "$src"/src/train/trainer*.c "$src"/src/base/*.c -lm -lpthread >"$tmp/out" 2>&1 &&
        qemu-aarch64 -L /usr/aarch64-linux-gnu "$tmp/$test" >"$tmp/out" 2>&1
    r=$?
    n=$((n + 1))
    if [ $r = 0 ]; then
        echo "ok $n - AArch64: $test, $(grep -c '^ok' "$tmp/out") claims"
    else
        echo "not ok $n - AArch64: $test"
        grep -v '^ok' "$tmp/out" | head -n 20 | sed 's/^/# /'
        failed=1
    fi
done
echo "1..$n"
exit $failed
