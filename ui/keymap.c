/* keymap.c - looking keys up; what is wrong with a table. */
#include "ui/keymap.h"

#include "base/text.h"
#include "ui/command.h"
#include "ui/keytable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const context_names[CONTEXTS] = {"any", "command", "notebook", "edit", "normal", "live", "lists", "log", "jobs", "job-log", "model", "rows", "start", "picker", "prompt"};
const char *const keymap_presets[] = {"plain", "vim", "emacs", NULL};

void keymap_free(keymap *k)
{
    free(k->v);
    memset(k, 0, sizeof *k);
}

/* "C-x C-e" to keys; false when a name is wrong or there are too many. */
static bool parse_keys(const char *s, int key[SEQUENCE])
{
    size_t n = 0;

    for (size_t i = 0; i < SEQUENCE; i++)
        key[i] = K_NONE;
    while (*s) {
        size_t k = strcspn(s, " ");
        if (n == SEQUENCE || !k || (key[n++] = key_parse(s, k)) == K_NONE)
            return false;
        s += k;
        s += strspn(s, " ");
    }
    return n > 0;
}

static bool same_keys(const binding *a, const binding *b)
{
    return !memcmp(a->key, b->key, sizeof a->key);
}

static size_t length(const binding *b)
{
    size_t n = 0;

    while (n < SEQUENCE && b->key[n] != K_NONE)
        n++;
    return n;
}

static bool add(keymap *k, const binding *b)
{
    if (k->n == k->cap) {
        size_t cap = k->cap ? k->cap * 2 : 256;
        binding *v = realloc(k->v, cap * sizeof *v);
        if (!v)
            return false;
        k->v = v;
        k->cap = cap;
    }
    k->v[k->n++] = *b;
    return true;
}

/* One line of the table: alternatives stand apart by " or ". */
static void add_line(keymap *k, const keyline *l)
{
    const char *s = l->keys;

    while (*s) {
        char one[64];
        const char *end = strstr(s, " or ");
        size_t n = end ? (size_t)(end - s) : strlen(s);
        binding b = {.where = l->where};
        snprintf(one, sizeof one, "%.*s", (int)n, s);
        snprintf(b.command, sizeof b.command, "%s", l->command);
        if (parse_keys(one, b.key))
            add(k, &b);
        s += n + (end ? 4 : 0);
    }
}

bool keymap_reset(keymap *k, const char *preset)
{
    size_t p = 0;

    while (keymap_presets[p] && strcmp(keymap_presets[p], preset))
        p++;
    if (!keymap_presets[p])
        return false;
    keymap_free(k);
    snprintf(k->preset, sizeof k->preset, "%s", preset);
    for (size_t i = 0; i < keytable_count; i++)
        if (keytable[i].presets & 1u << p)
            add_line(k, &keytable[i]);
    return true;
}

bool keymap_bind(keymap *k, const char *where, const char *keys, const char *name, char *why, size_t cap)
{
    binding b = {.own = true};
    size_t c = 0;

    while (c < CONTEXTS && strcmp(context_names[c], where))
        c++;
    if (c == CONTEXTS) {
        const char *near = text_nearest(where, context_names, CONTEXTS);
        snprintf(why, cap, "there is no place '%s' for keys%s%s", where, near ? "; did you mean " : "", near ? near : "");
        return false;
    }
    b.where = (context)c;
    if (!parse_keys(keys, b.key)) {
        snprintf(why, cap, "'%s' names no keys; write them like C-t, M-Enter, S-Up, F5 or g o", keys);
        return false;
    }
    snprintf(b.command, sizeof b.command, "%s", name);
    for (size_t i = 0; i < k->n;) /* what stood there goes */
        if (k->v[i].where == b.where && same_keys(&k->v[i], &b))
            k->v[i] = k->v[--k->n];
        else
            i++;
    return !*name || add(k, &b);
}

const char *keymap_look(const keymap *k, const context *where, size_t n_where, const int *keys, size_t n, bool *prefix)
{
    *prefix = false;
    for (size_t w = 0; w < n_where; w++) {
        const char *found = NULL;
        for (size_t i = 0; i < k->n; i++) {
            const binding *b = &k->v[i];
            if (b->where != where[w] || memcmp(b->key, keys, n * sizeof *keys))
                continue;
            if (length(b) == n)
                found = b->command;
            else
                *prefix = true;
        }
        if (found || *prefix)
            return found ? found : "";
    }
    return "";
}

char *keymap_sequence(const binding *b, char *buf, size_t cap)
{
    char name[KEY_NAME];
    size_t n = 0;

    *buf = '\0';
    for (size_t i = 0; i < length(b) && n < cap; i++)
        n += (size_t)snprintf(buf + n, cap - n, "%s%s", i ? " " : "", key_spell(b->key[i], name));
    return buf;
}

/* The same keys mean something in a place that is asked before place w. */
static bool seen(const keymap *k, const binding *b, const context *where, size_t w)
{
    for (size_t i = 0; i < k->n; i++)
        for (size_t q = 0; q < w; q++)
            if (k->v[i].where == where[q] && !memcmp(k->v[i].key, b->key, sizeof b->key))
                return true;
    return false;
}

static char *label(const keymap *k, const context *where, size_t n_where, const char *name, bool all, char *buf, size_t cap)
{
    char one[KEY_NAME];
    size_t n = 0;

    *buf = '\0';
    for (size_t w = 0; w < n_where; w++)
        for (size_t i = 0; i < k->n; i++) {
            const binding *b = &k->v[i];
            if (b->where != where[w] || strcmp(b->command, name) || (n && seen(k, b, where, w)))
                continue;
            char keys[64];
            size_t used = 0;
            for (size_t q = 0; q < length(b) && used < sizeof keys; q++)
                used += (size_t)snprintf(keys + used, sizeof keys - used, "%s", key_label(b->key[q], one));
            if (n && n + 1 + used >= cap) /* only whole ones */
                return buf;
            n += (size_t)snprintf(buf + n, cap - n, "%s%s", n ? " " : "", keys);
            if (!all || n >= cap)
                return buf;
        }
    return buf;
}

char *keymap_label(const keymap *k, const context *where, size_t n_where, const char *name, char *buf, size_t cap)
{
    return label(k, where, n_where, name, false, buf, cap);
}

char *keymap_labels(const keymap *k, const context *where, size_t n_where, const char *name, char *buf, size_t cap)
{
    return label(k, where, n_where, name, true, buf, cap);
}

void keymap_print(const keymap *k)
{
    char keys[80];

    printf("keys of the preset %s\n%-9s %-14s %-16s %s\n", k->preset, "where", "keys", "command", "what it does");
    for (size_t c = 0; c < CONTEXTS; c++)
        for (size_t i = 0; i < k->n; i++) {
            const binding *b = &k->v[i];
            const command *what = command_find(b->command);
            if (b->where == c)
                printf("%-9s %-14s %-16s %s\n", context_names[c], keymap_sequence(b, keys, sizeof keys), b->command, what ? what->help : "(of the configuration)");
        }
}

static bool begins(const binding *shorter, const binding *b)
{
    return length(shorter) < length(b) && !memcmp(shorter->key, b->key, length(shorter) * sizeof *b->key);
}

static bool types(const binding *b)
{
    return b->key[0] >= ' ' && b->key[0] < K_UP;
}

int keymap_check(const keymap *k)
{
    int wrong = 0;
    char keys[80];

    for (size_t i = 0; i < k->n; i++) {
        const binding *a = &k->v[i];
        keymap_sequence(a, keys, sizeof keys);
        if (!command_find(a->command) && !a->own)
            wrong++, printf("%s in %s names no command: %s\n", keys, context_names[a->where], a->command);
        if (types(a) && (a->where == IN_ANY || a->where == IN_EDIT || a->where == IN_PICKER || a->where == IN_PROMPT))
            wrong++, printf("%s in %s would take a key that types\n", keys, context_names[a->where]);
        for (size_t j = 0; j < k->n; j++) {
            const binding *b = &k->v[j];
            if (a->where != b->where || i == j)
                continue;
            if (i < j && same_keys(a, b))
                wrong++, printf("%s means two things in %s: %s, %s\n", keys, context_names[a->where], a->command, b->command);
            if (begins(a, b))
                wrong++, printf("%s in %s hides what begins with it: %s\n", keys, context_names[a->where], b->command);
        }
        for (size_t j = 0; a->own && j < k->n; j++) {
            const binding *b = &k->v[j];
            if ((b->where == IN_COMMAND || b->where == IN_ANY) && b->where != a->where && !b->own && same_keys(a, b) && strcmp(a->command, b->command))
                wrong++, printf("%s in %s takes a key that means %s everywhere else\n", keys, context_names[a->where], b->command);
        }
    }
    return wrong;
}
