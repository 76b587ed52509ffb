/* crc.h - the checksum of gzip, zip and weir's own files. */
#ifndef KERNEL_CRC_H
#define KERNEL_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 (that of zlib) of what `crc` was of, with s[0..n) behind it; 0 is that of nothing. */
uint32_t crc_add(uint32_t crc, const void *s, size_t n);

#endif
