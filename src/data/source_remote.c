/* source_remote.c - files that are far away. */
#include "config.h"
#include "data/source_impl.h"

#include "base/status.h"

weir_status raw_open_remote(raw **out, const char *url, const weir_value *options, progress *p, weir_error *err)
{
    (void)out, (void)options, (void)p;
    return weir_fail(err, WEIR_EINVAL, "'%s': this weir was built without libcurl; configure it with --with-curl", url);
}
