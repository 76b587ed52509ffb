/* settings.h - every option of the workbench, once: default, values, help. The
 * configuration, `weir config --dump` and the palette derive from it. */
#ifndef UI_SETTINGS_H
#define UI_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct settings {
    char theme[24], charset[8], colours[8], preset[16], clipboard[8], notify[8];
    bool linear, line_numbers, calm, shapes, bell, title, completion;
    int frames, notify_after, checkpoint_every;
} settings;

typedef struct setting_info {
    const char *name, *def;
    const char *const *values; /* NULL: yes or no, or a number */
    const char *help;
} setting_info;

extern const setting_info setting_table[];
extern const size_t setting_count;

void settings_defaults(settings *s);
/* false with a sentence in why. */
bool settings_set(settings *s, const char *name, const char *value, char *why, size_t cap);
/* The value as text into buf; returns buf. */
char *settings_get(const settings *s, const char *name, char *buf, size_t cap);

#endif
