/* status.c - filling a caller's weir_error. */
#include "base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *weir_status_name(weir_status st)
{
    static const char *const names[] = {
        [WEIR_OK] = "ok",         [WEIR_EINVAL] = "invalid value", [WEIR_ENOMEM] = "out of memory",
        [WEIR_EIO] = "I/O error", [WEIR_EFORMAT] = "bad format",   [WEIR_ECANCEL] = "cancelled",
        [WEIR_ESTATE] = "not now",
    };
    return (size_t)st < sizeof names / sizeof *names ? names[st] : "unknown status";
}

__attribute__((format(printf, 4, 0))) static void fill(weir_error *err, weir_status st,
                                                       const char *parameter,
                                                       const char *format, va_list ap)
{
    char message[sizeof err->message]; /* the arguments may point into *err */

    vsnprintf(message, sizeof message, format, ap);
    memset(err, 0, sizeof *err);
    err->status = st;
    memcpy(err->message, message, sizeof message);
    if (parameter)
        snprintf(err->parameter, sizeof err->parameter, "%s", parameter);
}

weir_status weir_fail(weir_error *err, weir_status st, const char *format, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, format);
        fill(err, st, NULL, format, ap);
        va_end(ap);
    }
    return st;
}

weir_status weir_fail_at(weir_error *err, weir_status st, const char *parameter,
                         const char *format, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, format);
        fill(err, st, parameter, format, ap);
        va_end(ap);
    }
    return st;
}

weir_status weir_hint(weir_error *err, const char *format, ...)
{
    if (!err)
        return WEIR_EINVAL;
    va_list ap;
    va_start(ap, format);
    vsnprintf(err->hint, sizeof err->hint, format, ap);
    va_end(ap);
    return err->status;
}

weir_status weir_no_memory(weir_error *err, const char *doing)
{
    return weir_fail(err, WEIR_ENOMEM, "out of memory while %s", doing);
}
