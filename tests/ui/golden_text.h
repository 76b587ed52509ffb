/* golden_text.h - a screen as text beside its golden file; WEIR_GOLDEN_WRITE=1 writes the files anew. */
#ifndef TESTS_UI_GOLDEN_TEXT_H
#define TESTS_UI_GOLDEN_TEXT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline char *golden_read(const char *path)
{
    FILE *f = fopen(path, "rb");
    char *s = calloc(1 << 20, 1);

    if (f && s && fread(s, 1, (1 << 20) - 1, f) == 0)
        *s = 0;
    if (f)
        fclose(f);
    return s;
}

/* `got` against source/tests/ui/golden/NAME.txt. How many keys a list of help has is masked in it. */
static inline void golden_check(const char *source, const char *name, char *got)
{
    char path[1300];

    for (char *at = got; (at = strstr(at, "1 of ")) != NULL;)
        for (at += 5; *at >= '0' && *at <= '9'; at++)
            *at = '_';
    snprintf(path, sizeof path, "%s/tests/ui/golden/%s.txt", source, name);
    FILE *f = getenv("WEIR_GOLDEN_WRITE") ? fopen(path, "wb") : NULL;
    if (f) {
        fputs(got, f);
        fclose(f);
    }
    char *want = golden_read(path);
    if (!CHECK(want && !strcmp(want, got)))
        printf("# %s: the screen is\n%s# expected\n%s", name, got, want && *want ? want : "(no file)\n");
    free(want);
}

#endif
