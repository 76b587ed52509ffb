/* fuzz_main.c - one target as libFuzzer wants it; FUZZ_TARGET is its name. */
#include "tests/fuzz/targets.h"

#include "kernel/dispatch.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/* Only the plain kernels are watched by the sanitizers here. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    return kernel_choose("generic") ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    FUZZ_TARGET(data, n);
    return 0;
}
