/* verbs_time.c - parts of dates, dates from parts and from texts. UTC, the Gregorian
 * calendar in both directions; milliseconds since 1970. */
#include "data/frame_tools.h"
#include "data/frame_verbs.h"

#include "base/mem.h"
#include "base/status.h"
#include "data/number.h"
#include "data/when.h"

#include <math.h>
#include <string.h>

/* Calendar --------------------------------------------------------------------------- */

/* Days since 1970-01-01 of a date; month 1 to 12, any day. (H. Hinnant, "chrono-compatible
 * low-level date algorithms": years of March to February in eras of 400.) */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400, of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097, d = days - era * 146097;
    int64_t y = (d - d / 1460 + d / 36524 - d / 146096) / 365, of_year = d - (365 * y + y / 4 - y / 100);
    int64_t m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = y + era * 400 + (*month <= 2);
}

static int weekday_of(int64_t days) /* 0 = Monday */
{
    int64_t w = (days + 3) % 7;
    return (int)(w < 0 ? w + 7 : w);
}

/* Week of the year by ISO 8601: week 1 has the year's first Thursday. */
static int week_of(int64_t days)
{
    int64_t year, thursday = days - weekday_of(days) + 3;
    int month, day;

    date_of(thursday, &year, &month, &day);
    return (int)((thursday - days_of(year, 1, 1)) / 7) + 1;
}

/* Parts ----------------------------------------------------------------------------------- */

typedef enum part { YEAR, MONTH, DAY, WEEKDAY, WEEK, HOUR, MINUTE, SECOND, MILLIS } part;

static double part_of(part what, double ms)
{
    double seconds = floor(ms / 1000), whole_days = floor(seconds / 86400);
    int64_t days = (int64_t)whole_days, year;
    int month, day, rest = (int)(seconds - whole_days * 86400);

    date_of(days, &year, &month, &day);
    switch (what) {
    case YEAR: return (double)year;
    case MONTH: return month;
    case DAY: return day;
    case WEEKDAY: return weekday_of(days);
    case WEEK: return week_of(days);
    case HOUR: return rest / 3600;
    case MINUTE: return rest / 60 % 60;
    case SECOND: return rest % 60;
    default: return ms - 1000 * seconds;
    }
}

static column *parts(const void *with, const column *c, size_t col)
{
    static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    const part *what = with;
    double *x = tool_read(c);
    uint32_t *codes = *what == WEEKDAY ? mem_array(c->rows + 1, sizeof *codes) : NULL;
    column *made = NULL;

    (void)col;
    for (size_t i = 0; x && i < c->rows; i++) {
        x[i] = isfinite(x[i]) && fabs(x[i]) < 1e17 ? part_of(*what, x[i]) : (double)NAN;
        if (codes)
            codes[i] = isnan(x[i]) ? COLUMN_MISSING : (uint32_t)x[i];
    }
    if (x && codes)
        made = column_of_codes(codes, c->rows, names, 7);
    else if (x && *what != WEEKDAY)
        made = column_of_numbers(WEIR_TYPE_NUMERIC, x, c->rows);
    mem_free(x), mem_free(codes);
    return made;
}

static weir_status take_part(const verb_context *c, const char *who, part what, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");

    for (size_t i = 0; i < f->cols; i++)
        if (!tool_is_number(f->col[i]->type))
            return weir_fail(err, WEIR_EINVAL, "%s: column '%s' is %s; a time (or its milliseconds) is needed, as_date makes one",
                             who, f->name[i], weir_type_name(f->col[i]->type));
    return tool_map(c, f, parts, &what, NULL, who, out, err);
}

#define PARTS(X)                                                                                    \
    X(year, YEAR, "Year.") X(month, MONTH, "Month, 1 to 12.") X(day, DAY, "Day of the month.")      \
    X(dayOfWeek, WEEKDAY, "Day of the week, a factor from Mon to Sun.")                             \
    X(week, WEEK, "Week of the year (ISO 8601).") X(hour, HOUR, "Hour, 0 to 23.")                   \
    X(minute, MINUTE, "Minute, 0 to 59.") X(second, SECOND, "Second, 0 to 59.")                     \
    X(millis, MILLIS, "Milliseconds of the second.")
#define X(word, what, text)                                                                \
    static weir_status run_##word(const verb_context *c, weir_value *out, weir_error *err) \
    {                                                                                      \
        return take_part(c, #word, what, out, err);                                        \
    }
PARTS(X)
#undef X

/* From parts -------------------------------------------------------------------------------- */

static const char *const part_names[] = {"year", "month", "day", "hour", "minute", "second", "msec"};
enum { PARTS_OF_TIME = 7 };

/* Numbers of one part: one for all rows or a column. */
static weir_status part_column(const weir_value *v, const char *who, const char *name, size_t *rows, weir_error *err)
{
    if (!v || v->kind != WEIR_FRAME)
        return WEIR_OK;
    const weir_frame *f = v->as.frame;
    if (f->cols != 1 || !tool_is_number(f->col[0]->type))
        return weir_fail_at(err, WEIR_EINVAL, name, "%s: %s must be one numeric column or a number", who, name);
    if (*rows != 1 && f->rows != 1 && f->rows != *rows)
        return weir_fail_at(err, WEIR_EINVAL, name, "%s: %s has %zu rows, another part %zu", who, name, f->rows, *rows);
    *rows = f->rows > *rows ? f->rows : *rows;
    return WEIR_OK;
}

static bool is_date(int64_t year, int64_t month, int64_t day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month >= 1 && month <= 12 && day >= 1 && day <= lengths[month - 1] + (month == 2 && leap);
}

/* Milliseconds of a date and a time; NaN when there is no such date. */
static double moment_of(const double v[PARTS_OF_TIME])
{
    for (int k = 0; k < PARTS_OF_TIME; k++)
        if (!(fabs(v[k]) < 1e9))
            return NAN;
    if (!is_date((int64_t)v[0], (int64_t)v[1], (int64_t)v[2]) || v[3] < 0 || v[3] > 23 || v[4] < 0 || v[4] > 59 || v[5] < 0 || v[5] > 59)
        return NAN;
    return (double)days_of((int64_t)v[0], (int64_t)v[1], (int64_t)v[2]) * 86400000 + v[3] * 3600000 + v[4] * 60000 + v[5] * 1000 + v[6];
}

/* base: what the first month and day are called. */
static weir_status from_parts(const verb_context *c, const char *who, int base, weir_value *out, weir_error *err)
{
    const weir_value *v[PARTS_OF_TIME];
    size_t rows = 1;
    weir_status st = WEIR_OK;

    for (int k = 0; k < PARTS_OF_TIME && !st; k++) {
        v[k] = verb_value(c, part_names[k]);
        st = part_column(v[k], who, part_names[k], &rows, err);
    }
    if (st)
        return st;
    double *x = mem_array(rows + 1, sizeof *x);
    for (size_t i = 0; x && i < rows; i++) {
        double p[PARTS_OF_TIME];
        for (int k = 0; k < PARTS_OF_TIME; k++) {
            bool counted = k == 1 || k == 2;
            const column *col = v[k] && v[k]->kind == WEIR_FRAME ? v[k]->as.frame->col[0] : NULL;
            p[k] = col ? column_at(col, col->rows == 1 ? 0 : i) : v[k] ? tool_real(v[k]) : k == 0 ? 1970 : counted ? base : 0;
            p[k] += counted ? 1 - base : 0;
        }
        x[i] = moment_of(p);
    }
    column *made = x ? column_of_numbers(WEIR_TYPE_TIME, x, rows) : NULL;
    mem_free(x);
    return tool_give_column(made, "time", who, out, err);
}

static weir_status run_moment(const verb_context *c, weir_value *out, weir_error *err)
{
    return from_parts(c, "moment", 1, out, err);
}

static weir_status run_mktime(const verb_context *c, weir_value *out, weir_error *err)
{
    return from_parts(c, "mktime", 0, out, err);
}

/* From texts ----------------------------------------------------------------------------------- */

/* Up to `most` digits. */
static bool number(const char **s, int most, double *out)
{
    int n = 0;

    for (*out = 0; n < most && **s >= '0' && **s <= '9'; n++)
        *out = *out * 10 + (*(*s)++ - '0');
    return n > 0;
}

static bool word(const char **s, const char *const *names, int n, int shortest, double *out)
{
    for (int k = 0; k < n; k++) {
        size_t len = 0;
        while (names[k][len] && ((*s)[len] | 32) == (names[k][len] | 32))
            len++;
        if (!names[k][len] || (int)len == shortest) { /* the whole name, or its beginning */
            *s += len;
            *out = k;
            return true;
        }
    }
    return false;
}

typedef struct clock_text {
    double part[PARTS_OF_TIME];
    bool twelve, pm;
    double day_of_year; /* or 0 */
} clock_text;

static bool field(char letter, const char **s, clock_text *t)
{
    static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
    static const char *const days[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
    static const char *const halves[] = {"am", "pm"};
    const char *before = *s;
    double x;

    switch (letter) {
    case 'Y': return number(s, 4, &t->part[0]);
    case 'y':
        if (!number(s, 2, &t->part[0]))
            return false;
        t->part[0] += t->part[0] < 69 ? 2000 : 1900;
        return true;
    case 'm': return number(s, 2, &t->part[1]);
    case 'b':
    case 'B':
    case 'h':
        if (!word(s, months, 12, 3, &t->part[1]))
            return false;
        t->part[1]++;
        return true;
    case 'a':
    case 'A': return word(s, days, 7, 3, &x);
    case 'e':
    case 'd':
        while (letter == 'e' && **s == ' ')
            ++*s;
        return number(s, 2, &t->part[2]);
    case 'j': return number(s, 3, &t->day_of_year);
    case 'I': t->twelve = true; return number(s, 2, &t->part[3]);
    case 'H': return number(s, 2, &t->part[3]);
    case 'M': return number(s, 2, &t->part[4]);
    case 'S': return number(s, 2, &t->part[5]);
    case 'p':
        if (!word(s, halves, 2, 2, &x))
            return false;
        t->pm = x > 0;
        return true;
    case 'f':
        if (!number(s, 9, &t->part[6]))
            return false;
        t->part[6] = floor(t->part[6] * pow(10, 3 - (double)(*s - before)));
        return true;
    case '%': return *(*s)++ == '%';
    default: return false;
    }
}

/* The whole of s by a format of strptime; NaN when it does not fit. */
static double parse_time(const char *s, const char *format)
{
    double iso;

    if (!*format)
        return when_parse(s, strlen(s), WHEN_ANY, &iso) ? iso : (double)NAN;
    clock_text t = {.part = {1970, 1, 1, 0, 0, 0, 0}};

    for (const char *f = format; *f; f++) {
        if (*f == '%' && f[1]) {
            f++;
            const char *longer = *f == 'T' ? "H:M:S" : *f == 'D' ? "m/d/y" : *f == 'F' ? "Y-m-d" : *f == 'R' ? "H:M" : NULL;
            if (!longer && !field(*f, &s, &t))
                return NAN;
            for (const char *l = longer; l && *l; l++)
                if (*l >= 'A' ? !field(*l, &s, &t) : *s++ != *l)
                    return NAN;
        } else if (*f == ' ') {
            while (*s == ' ')
                s++;
        } else if (*s++ != *f) {
            return NAN;
        }
    }
    if (*s)
        return NAN;
    if (t.twelve) {
        if (t.part[3] < 1 || t.part[3] > 12)
            return NAN;
        t.part[3] = fmod(t.part[3], 12) + (t.pm ? 12 : 0);
    }
    double ms = moment_of(t.part);
    return t.day_of_year >= 1 && t.day_of_year <= 366 ? ms + (t.day_of_year - 1) * 86400000 : ms;
}

static bool known_format(const char *format)
{
    for (const char *f = format; *f; f++)
        if (*f == '%' && (!f[1] || !strchr("YymbBhaAedjIHMSpf%TDFR", *++f)))
            return false;
    return true;
}

static column *dates_of(const void *with, const column *c, size_t col)
{
    const char *format = with;
    double *x = mem_array(c->rows + 1, sizeof *x), *level = mem_array(c->n_levels + 1, sizeof *level);

    (void)col;
    for (size_t k = 0; level && k < c->n_levels; k++)
        level[k] = parse_time(c->levels[k], format);
    for (size_t i = 0; x && level && i < c->rows; i++) {
        uint32_t code = c->type == WEIR_TYPE_FACTOR ? column_code_at(c, i) : COLUMN_MISSING;
        const char *s = c->type == WEIR_TYPE_STRING ? column_text_at(c, i, NULL) : NULL;
        x[i] = code != COLUMN_MISSING ? level[code] : s ? parse_time(s, format) : (double)NAN;
    }
    column *made = x && level ? column_of_numbers(WEIR_TYPE_TIME, x, c->rows) : NULL;
    mem_free(x), mem_free(level);
    return made;
}

static weir_status run_as_date(const verb_context *c, weir_value *out, weir_error *err)
{
    const weir_frame *f = verb_frame(c, "self");
    const char *format = verb_text(c, "format");

    if (!known_format(format))
        return weir_fail_at(err, WEIR_EINVAL, "format", "as_date: format = \"%.60s\" is none of strptime's: %%Y %%y %%m %%b %%d %%j %%H %%I %%M %%S %%f %%p %%a %%T %%D %%F %%R", format);
    for (size_t i = 0; i < f->cols; i++)
        if (tool_is_number(f->col[i]->type) && f->col[i]->type != WEIR_TYPE_MISSING)
            return weir_fail(err, WEIR_EINVAL, "as_date: column '%s' is %s; texts or labels are needed", f->name[i], weir_type_name(f->col[i]->type));
    return tool_map(c, f, dates_of, format, NULL, "as_date", out, err);
}

static const weir_arg_info date_args[] = {
    {.name = "format", .type = "text", .def = "", .optional = true, .help = "As for strptime: \"%d/%m/%y %H:%M\"; by default ISO 8601 dates, with or without a time."}};
#define PART(word, text) {.name = word, .type = "frame|real|int", .optional = true, .help = text}
static const weir_arg_info moment_args[] = {
    PART("year", "Year; a number or a column."), PART("month", "Month from 1."), PART("day", "Day from 1."),
    PART("hour", "Hour."), PART("minute", "Minute."), PART("second", "Second."), PART("msec", "Milliseconds.")};
static const weir_arg_info mktime_args[] = {
    PART("year", "Year; a number or a column."), PART("month", "Month from 0."), PART("day", "Day from 0."),
    PART("hour", "Hour."), PART("minute", "Minute."), PART("second", "Second."), PART("msec", "Milliseconds.")};

const verb verbs_time[] = {
#define X(word, what, text) VERB0(#word, "time", "frame", text, run_##word),
    PARTS(X)
#undef X
    VERB("as_date", "time", "frame", "Texts or labels as times.", date_args, run_as_date),
    {{.name = "moment", .on = "", .group = "data", .gives = "frame", .help = "Times from their parts; months and days from 1.",
      .args = moment_args, .n_args = PARTS_OF_TIME}, run_moment},
    {{.name = "mktime", .on = "", .group = "data", .gives = "frame", .help = "Times from their parts; months and days from 0.",
      .args = mktime_args, .n_args = PARTS_OF_TIME}, run_mktime},
};
const size_t verbs_time_count = sizeof verbs_time / sizeof *verbs_time;
