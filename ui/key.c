/* key.c - names of keys. */
#include "ui/key.h"

#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct { int key; const char *name; } names[] = {
    {K_UP, "Up"}, {K_DOWN, "Down"}, {K_LEFT, "Left"}, {K_RIGHT, "Right"}, {K_HOME, "Home"}, {K_END, "End"},
    {K_PAGE_UP, "PgUp"}, {K_PAGE_DOWN, "PgDn"}, {K_INSERT, "Insert"}, {K_DELETE, "Delete"}, {K_BACK, "Backspace"},
    {K_RETURN, "Enter"}, {K_TABULATOR, "Tab"}, {K_ESCAPE, "Esc"}, {' ', "Space"}};

static int base_key(const char *s, size_t n)
{
    uint32_t cp;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == n && !memcmp(names[i].name, s, n))
            return names[i].key;
    if (n >= 2 && n <= 3 && s[0] == 'F' && isdigit((unsigned char)s[1])) {
        int f = atoi(s + 1);
        return f >= 1 && f <= 12 ? K_F1 + f - 1 : K_NONE;
    }
    return n && text_next(s, n, &cp) == n ? (int)cp : K_NONE;
}

static int control(int key)
{
    if (key >= 'a' && key <= 'z')
        return key - 'a' + 1;
    if (key == ' ' || key == '@')
        return 0;
    if (key >= 'A' && key <= '_')
        return key & 31;
    return key >= K_UP ? key | K_CONTROL : K_NONE;
}

int key_parse(const char *s, size_t n)
{
    int mods = 0;

    if (n == 2 && s[0] == '^')
        return control(tolower((unsigned char)s[1]));
    while (n > 2 && s[1] == '-' && strchr("CMS", s[0])) {
        mods |= s[0] == 'C' ? K_CONTROL : s[0] == 'M' ? K_ALT : K_SHIFTED;
        s += 2, n -= 2;
    }
    int key = base_key(s, n);
    if (key == K_NONE)
        return K_NONE;
    if (mods & K_CONTROL) {
        key = control(key);
        mods &= ~K_CONTROL;
    }
    return key == K_NONE ? K_NONE : key | mods;
}

static size_t put_base(int key, char *buf)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].key == key)
            return (size_t)sprintf(buf, "%s", names[i].name);
    if (key >= K_F1 && key <= K_F12)
        return (size_t)sprintf(buf, "F%d", key - K_F1 + 1);
    if (key < 0 || key >= 0x110000)
        return (size_t)sprintf(buf, "?");
    size_t n = text_put_utf8((uint32_t)key, buf);
    buf[n] = '\0';
    return n;
}

char *key_spell(int key, char *buf)
{
    char *at = buf;
    int mods = key & K_MODIFIERS, base = key & ~K_MODIFIERS;

    *buf = '\0';
    if (key == K_NONE)
        return buf;
    at += sprintf(at, "%s", mods & K_ALT ? "M-" : "");
    if (base < 32) {
        at += sprintf(at, "C-");
        base = base == 0 ? ' ' : base <= 26 ? base + 'a' - 1 : base + '@';
    } else if (mods & K_CONTROL) {
        at += sprintf(at, "C-");
    }
    at += sprintf(at, "%s", mods & K_SHIFTED ? "S-" : "");
    put_base(base, at);
    return buf;
}

char *key_label(int key, char *buf)
{
    char *at = buf;
    int mods = key & K_MODIFIERS, base = key & ~K_MODIFIERS;

    *buf = '\0';
    if (key == K_NONE)
        return buf;
    at += sprintf(at, "%s%s%s", mods & K_ALT ? "Alt-" : "", mods & K_CONTROL ? "Ctrl-" : "", mods & K_SHIFTED ? "Shift-" : "");
    if (base == 0)
        sprintf(at, "^Space");
    else if (base < 32)
        sprintf(at, "^%c", base + '@');
    else
        put_base(base, at);
    return buf;
}
