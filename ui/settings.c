/* settings.c - the table of options. */
#include "ui/settings.h"

#include "base/text.h"
#include "ui/keymap.h"
#include "ui/theme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const charsets[] = {"auto", "braille", "blocks", "ascii", NULL};
static const char *const depths[] = {"auto", "0", "8", "16", "256", "direct", NULL};
static const char *const notes[] = {"both", "osc9", "osc777", "off", NULL};
static const char *const clipboards[] = {"osc52", "file", "off", NULL};

const setting_info setting_table[] = {
    {"theme", "default", theme_names, "Colours: default, light, high-contrast, mono, cividis, solarized."},
    {"charset", "auto", charsets, "What plots and lines are drawn with; auto goes by locale and terminal."},
    {"colours", "auto", depths, "How many colours to use at most; auto as many as the terminal has."},
    {"keys", "plain", keymap_presets, "The set of keys: plain (readline), vim or emacs."},
    {"clipboard", "osc52", clipboards, "Where y copies beside the register: the terminal's clipboard, a file, nowhere."},
    {"line_numbers", "no", NULL, "Numbers before the lines of a cell."},
    {"calm", "no", NULL, "Nothing moves by itself: no bars, and news at most every 5 seconds."},
    {"linear", "no", NULL, "Lines instead of a screen, as weir --linear; acts when a terminal comes."},
    {"cursor_shape", "yes", NULL, "A bar while a text is edited, a block otherwise, where the terminal can."},
    {"bell", "yes", NULL, "Ring when a training ends."},
    {"notify", "both", notes, "A note on the desktop when a training ends, for terminals that pass on OSC 9 or OSC 777."},
    {"notify_after", "5", NULL, "Seconds that a training must have taken for its end to be told (0 to 86400)."},
    {"title", "yes", NULL, "The window's title says how far the training is."},
    {"checkpoint_every", "10", NULL, "Seconds between two checkpoints of a training in a session (1 to 86400)."},
    {"completion", "yes", NULL, "Show what could stand at the cursor while Tab is pressed."},
    {"frames", "10", NULL, "Pictures a second at most while something runs (1 to 30)."},
};
const size_t setting_count = sizeof setting_table / sizeof *setting_table;

typedef enum kind { TEXT, FLAG, NUMBER } kind;

/* size: of a text; least, most: of a number. */
static const struct { const char *name; kind k; size_t at, size; int least, most; } places[] = {
    {"theme", TEXT, offsetof(settings, theme), sizeof ((settings *)0)->theme, 0, 0},
    {"charset", TEXT, offsetof(settings, charset), sizeof ((settings *)0)->charset, 0, 0},
    {"colours", TEXT, offsetof(settings, colours), sizeof ((settings *)0)->colours, 0, 0},
    {"keys", TEXT, offsetof(settings, preset), sizeof ((settings *)0)->preset, 0, 0},
    {"clipboard", TEXT, offsetof(settings, clipboard), sizeof ((settings *)0)->clipboard, 0, 0},
    {"line_numbers", FLAG, offsetof(settings, line_numbers), 0, 0, 0},
    {"calm", FLAG, offsetof(settings, calm), 0, 0, 0},
    {"linear", FLAG, offsetof(settings, linear), 0, 0, 0},
    {"cursor_shape", FLAG, offsetof(settings, shapes), 0, 0, 0},
    {"bell", FLAG, offsetof(settings, bell), 0, 0, 0},
    {"notify", TEXT, offsetof(settings, notify), sizeof ((settings *)0)->notify, 0, 0},
    {"notify_after", NUMBER, offsetof(settings, notify_after), 0, 0, 86400},
    {"title", FLAG, offsetof(settings, title), 0, 0, 0},
    {"checkpoint_every", NUMBER, offsetof(settings, checkpoint_every), 0, 1, 86400},
    {"completion", FLAG, offsetof(settings, completion), 0, 0, 0},
    {"frames", NUMBER, offsetof(settings, frames), 0, 1, 30},
};

static const setting_info *info_of(const char *name)
{
    for (size_t i = 0; i < setting_count; i++)
        if (!strcmp(setting_table[i].name, name))
            return &setting_table[i];
    return NULL;
}

static size_t place_of(const char *name)
{
    size_t i = 0;

    while (strcmp(places[i].name, name))
        i++;
    return i;
}

static bool unknown(const char *name, char *why, size_t cap)
{
    const char *names[32];

    for (size_t i = 0; i < setting_count; i++)
        names[i] = setting_table[i].name;
    const char *near = text_nearest(name, names, setting_count);
    snprintf(why, cap, "there is no option '%s'%s%s", name, near ? "; did you mean " : "", near ? near : "");
    return false;
}

static bool set_choice(const setting_info *o, char *to, size_t size, const char *value, char *why, size_t cap)
{
    text all = {0};

    for (size_t i = 0; o->values[i]; i++)
        if (!strcmp(o->values[i], value)) {
            snprintf(to, size, "%s", value);
            return true;
        }
    for (size_t i = 0; o->values[i]; i++)
        text_fmt(&all, "%s%s", i ? ", " : "", o->values[i]);
    snprintf(why, cap, "%s = \"%s\" is none of %s", o->name, value, text_str(&all));
    text_free(&all);
    return false;
}

bool settings_set(settings *s, const char *name, const char *value, char *why, size_t cap)
{
    const setting_info *o = info_of(name);

    if (!o)
        return unknown(name, why, cap);
    size_t p = place_of(name);
    char *at = (char *)s + places[p].at;
    if (places[p].k == TEXT)
        return set_choice(o, at, places[p].size, value, why, cap);
    if (places[p].k == FLAG) {
        bool yes = !strcmp(value, "yes") || !strcmp(value, "true");
        if (!yes && strcmp(value, "no") && strcmp(value, "false")) {
            snprintf(why, cap, "%s = \"%s\" is neither true nor false", name, value);
            return false;
        }
        *(bool *)at = yes;
        return true;
    }
    char *end;
    double x = strtod(value, &end);
    if (*end || !(x >= places[p].least && x <= places[p].most)) {
        snprintf(why, cap, "%s = %s is outside [%d, %d]", name, value, places[p].least, places[p].most);
        return false;
    }
    *(int *)(void *)at = (int)x;
    return true;
}

char *settings_get(const settings *s, const char *name, char *buf, size_t cap)
{
    size_t p = place_of(name);
    const char *at = (const char *)s + places[p].at;

    if (places[p].k == TEXT)
        snprintf(buf, cap, "%s", at);
    else if (places[p].k == FLAG)
        snprintf(buf, cap, "%s", *(const bool *)at ? "yes" : "no");
    else
        snprintf(buf, cap, "%d", *(const int *)(const void *)at);
    return buf;
}

void settings_defaults(settings *s)
{
    char why[200];

    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < setting_count; i++)
        settings_set(s, setting_table[i].name, setting_table[i].def, why, sizeof why);
}
