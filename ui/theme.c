/* theme.c - tables of looks.
 *
 * Series take Okabe and Ito's colours, heat those of cividis: they stay apart
 * for colour-blind eyes. No meaning hangs on a colour alone: see the
 * attributes, glyphs and words. */
#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

enum { SKY = 74, ORANGE = 208, GREEN = 36, YELLOW = 227, BLUE = 25, VERMILION = 166, PURPLE = 175 };

/* The further series, and nine steps of heat. */
#define SERIES(third, fourth, fifth, sixth, seventh, how) \
    [STYLE_THIRD] = {third, -1, how}, [STYLE_FOURTH] = {fourth, -1, how}, [STYLE_FIFTH] = {fifth, -1, how}, \
    [STYLE_SIXTH] = {sixth, -1, how}, [STYLE_SEVENTH] = {seventh, -1, how}
#define HEAT(a, b, c, d, e, f, g, h, i, how) \
    [STYLE_HEAT1] = {a, -1, how}, [STYLE_HEAT2] = {b, -1, how}, [STYLE_HEAT3] = {c, -1, how}, [STYLE_HEAT4] = {d, -1, how}, \
    [STYLE_HEAT5] = {e, -1, how}, [STYLE_HEAT6] = {f, -1, how}, [STYLE_HEAT7] = {g, -1, how}, [STYLE_HEAT8] = {h, -1, how}, \
    [STYLE_HEAT9] = {i, -1, how}
#define CIVIDIS HEAT(17, 24, 60, 242, 102, 247, 144, 185, 227, 0)
#define NO_HEAT HEAT(-1, -1, -1, -1, -1, -1, -1, -1, -1, 0)

/* On dark and on light grounds alike: nothing darker or lighter than the middle, but for comments. */
static const look default_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {245, -1, 0},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE},
    [STYLE_SELECTED] = {SKY, -1, LOOK_BOLD},
    [STYLE_ERROR] = {VERMILION, -1, LOOK_BOLD},
    [STYLE_GOOD] = {GREEN, -1, 0},
    [STYLE_KEY] = {SKY, -1, LOOK_BOLD},
    [STYLE_FIRST] = {SKY, -1, 0},
    [STYLE_SECOND] = {ORANGE, -1, 0},
    [STYLE_MARK] = {PURPLE, -1, 0},
    [STYLE_BAR] = {SKY, -1, 0},
    [STYLE_COMMENT] = {GREEN, -1, 0},
    [STYLE_STRING] = {172, -1, 0},
    [STYLE_NUMBER] = {PURPLE, -1, 0},
    [STYLE_SHADE1] = {60, -1, 0},
    [STYLE_SHADE2] = {102, -1, 0},
    [STYLE_SHADE3] = {143, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {221, -1, LOOK_REVERSE},
    SERIES(GREEN, YELLOW, BLUE, VERMILION, PURPLE, 0),
    CIVIDIS,
};

static const look light_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {241, -1, 0},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE},
    [STYLE_SELECTED] = {25, -1, LOOK_BOLD},
    [STYLE_ERROR] = {124, -1, LOOK_BOLD},
    [STYLE_GOOD] = {22, -1, 0},
    [STYLE_KEY] = {25, -1, LOOK_BOLD},
    [STYLE_FIRST] = {25, -1, 0},
    [STYLE_SECOND] = {VERMILION, -1, 0},
    [STYLE_MARK] = {90, -1, 0},
    [STYLE_BAR] = {25, -1, 0},
    [STYLE_COMMENT] = {22, -1, 0},
    [STYLE_STRING] = {94, -1, 0},
    [STYLE_NUMBER] = {90, -1, 0},
    [STYLE_SHADE1] = {143, -1, 0},
    [STYLE_SHADE2] = {102, -1, 0},
    [STYLE_SHADE3] = {60, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {17, -1, LOOK_REVERSE},
    SERIES(22, 94, 61, 124, 90, 0),
    CIVIDIS,
};

static const look contrast_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {-1, -1, 0},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE | LOOK_BOLD},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE | LOOK_BOLD},
    [STYLE_SELECTED] = {-1, -1, LOOK_BOLD | LOOK_UNDERLINE},
    [STYLE_ERROR] = {-1, -1, LOOK_BOLD | LOOK_REVERSE},
    [STYLE_GOOD] = {-1, -1, LOOK_BOLD},
    [STYLE_KEY] = {-1, -1, LOOK_BOLD},
    [STYLE_FIRST] = {14, -1, LOOK_BOLD},
    [STYLE_SECOND] = {11, -1, LOOK_BOLD},
    [STYLE_MARK] = {13, -1, LOOK_BOLD},
    [STYLE_BAR] = {14, -1, LOOK_BOLD},
    [STYLE_COMMENT] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_STRING] = {11, -1, 0},
    [STYLE_NUMBER] = {14, -1, 0},
    [STYLE_SHADE1] = {-1, -1, 0},
    [STYLE_SHADE2] = {-1, -1, LOOK_BOLD},
    [STYLE_SHADE3] = {14, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {-1, -1, LOOK_REVERSE},
    SERIES(13, 10, 15, 9, 12, LOOK_BOLD),
    NO_HEAT,
};

static const look mono_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {-1, -1, LOOK_DIM},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE},
    [STYLE_SELECTED] = {-1, -1, LOOK_BOLD},
    [STYLE_ERROR] = {-1, -1, LOOK_BOLD},
    [STYLE_GOOD] = {-1, -1, 0},
    [STYLE_KEY] = {-1, -1, LOOK_BOLD},
    [STYLE_FIRST] = {-1, -1, 0},
    [STYLE_SECOND] = {-1, -1, LOOK_BOLD},
    [STYLE_MARK] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_BAR] = {-1, -1, 0},
    [STYLE_COMMENT] = {-1, -1, LOOK_DIM},
    [STYLE_STRING] = {-1, -1, 0},
    [STYLE_NUMBER] = {-1, -1, 0},
    [STYLE_SHADE1] = {-1, -1, LOOK_DIM},
    [STYLE_SHADE2] = {-1, -1, 0},
    [STYLE_SHADE3] = {-1, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {-1, -1, LOOK_REVERSE},
    SERIES(-1, -1, -1, -1, -1, 0),
    NO_HEAT,
};

/* One hue from dark blue to yellow. */
static const look cividis_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {102, -1, 0},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE},
    [STYLE_SELECTED] = {185, -1, LOOK_BOLD},
    [STYLE_ERROR] = {227, -1, LOOK_BOLD | LOOK_UNDERLINE},
    [STYLE_GOOD] = {67, -1, 0},
    [STYLE_KEY] = {185, -1, LOOK_BOLD},
    [STYLE_FIRST] = {67, -1, 0},
    [STYLE_SECOND] = {227, -1, 0},
    [STYLE_MARK] = {143, -1, LOOK_UNDERLINE},
    [STYLE_BAR] = {67, -1, 0},
    [STYLE_COMMENT] = {102, -1, 0},
    [STYLE_STRING] = {143, -1, 0},
    [STYLE_NUMBER] = {185, -1, 0},
    [STYLE_SHADE1] = {60, -1, 0},
    [STYLE_SHADE2] = {102, -1, 0},
    [STYLE_SHADE3] = {143, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {221, -1, LOOK_REVERSE},
    SERIES(102, 185, 60, 144, 247, 0),
    CIVIDIS,
};

static const look solarized_theme[STYLE_COUNT] = {
    [STYLE_PLAIN] = {-1, -1, 0},
    [STYLE_DIM] = {241, -1, 0},
    [STYLE_BOLD] = {-1, -1, LOOK_BOLD},
    [STYLE_EMPHASIS] = {-1, -1, LOOK_UNDERLINE},
    [STYLE_TITLE] = {-1, -1, LOOK_REVERSE},
    [STYLE_CURSOR] = {-1, -1, LOOK_REVERSE},
    [STYLE_SELECTED] = {33, -1, LOOK_BOLD},
    [STYLE_ERROR] = {160, -1, LOOK_BOLD},
    [STYLE_GOOD] = {64, -1, 0},
    [STYLE_KEY] = {33, -1, LOOK_BOLD},
    [STYLE_FIRST] = {37, -1, 0},
    [STYLE_SECOND] = {166, -1, 0},
    [STYLE_MARK] = {125, -1, 0},
    [STYLE_BAR] = {37, -1, 0},
    [STYLE_COMMENT] = {245, -1, 0},
    [STYLE_STRING] = {136, -1, 0},
    [STYLE_NUMBER] = {61, -1, 0},
    [STYLE_SHADE1] = {61, -1, 0},
    [STYLE_SHADE2] = {37, -1, 0},
    [STYLE_SHADE3] = {136, -1, LOOK_BOLD},
    [STYLE_SHADE4] = {136, -1, LOOK_REVERSE},
    SERIES(64, 136, 33, 160, 125, 0),
    CIVIDIS,
};

const char *const theme_names[] = {"default", "light", "high-contrast", "mono", "cividis", "solarized", NULL};
static const look *const themes[] = {default_theme, light_theme, contrast_theme, mono_theme, cividis_theme, solarized_theme};

const look *theme_find(const char *name)
{
    for (size_t i = 0; theme_names[i]; i++)
        if (!strcmp(theme_names[i], name))
            return themes[i];
    return NULL;
}

static const int ansi[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x3465e4, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
                             0x7f7f7f, 0xff5c5c, 0x5cff5c, 0xffff5c, 0x7c9cff, 0xff5cff, 0x5cffff, 0xffffff};

int theme_rgb(int i)
{
    if (i < 16)
        return ansi[i < 0 ? 7 : i];
    if (i >= 232)
        return (8 + (i - 232) * 10) * 0x010101;
    int k = i - 16, r = k / 36, g = k / 6 % 6, b = k % 6;
    return (r ? 55 + 40 * r : 0) << 16 | (g ? 55 + 40 * g : 0) << 8 | (b ? 55 + 40 * b : 0);
}

/* Grey when it has no hue; else by which of red, green and blue stand out. */
static int nearest_of_8(int rgb)
{
    int r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
    int top = r > g ? (r > b ? r : b) : g > b ? g : b, low = r < g ? (r < b ? r : b) : g < b ? g : b;

    if (top - low < 40)
        return -1;
    int edge = low + (top - low) * 45 / 100;
    return (r > edge ? 1 : 0) | (g > edge ? 2 : 0) | (b > edge ? 4 : 0);
}

static int16_t at_depth(int16_t colour, int colours)
{
    if (colour < 0 || colours >= 256 || (colours >= 16 && colour < 16))
        return colour;
    int k = nearest_of_8(theme_rgb(colour));
    if (k == 4) /* blue on black cannot be read */
        k = 6;
    return (int16_t)(k >= 0 && colours >= 16 && theme_rgb(colour) > 0x808080 ? k + 8 : k);
}

look theme_look(const look *theme, canvas_style style, int colours)
{
    look l = theme[style < STYLE_COUNT ? style : STYLE_PLAIN];

    if (colours < 8) {
        l = mono_theme[style < STYLE_COUNT ? style : STYLE_PLAIN];
        return l;
    }
    if (colours < 256 && l.fg >= 0 && style >= STYLE_FIRST && style <= STYLE_SEVENTH) {
        static const int8_t few[] = {6, 3, 5, 2, 6, 3, 5}; /* the dashes tell those apart that are alike */
        l.fg = (int16_t)(few[style - STYLE_FIRST] + (colours >= 16 ? 8 : 0));
    } else if (colours < 256) {
        if (l.fg >= 0 && nearest_of_8(theme_rgb(l.fg)) < 0)
            l.attributes |= LOOK_DIM;
        l.fg = at_depth(l.fg, colours);
        l.bg = at_depth(l.bg, colours);
    }
    return l;
}
