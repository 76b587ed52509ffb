/* mem.h - checked allocation, aligned slabs, and failing on purpose in tests.
 *
 * All memory of the engine comes from here, so that a test can make the n-th
 * allocation fail and see a clean error. mem_free releases both kinds. */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

/* n objects of `size` bytes; NULL when out of memory or n * size overflows.
 * mem_array is not cleared, mem_zero is. Zero bytes give a valid pointer. */
void *mem_array(size_t n, size_t size);
void *mem_zero(size_t n, size_t size);
/* Grows or shrinks; on failure the old block stays valid and NULL is returned. */
void *mem_resize(void *p, size_t n, size_t size);
char *mem_text(const char *s);             /* a copy; NULL in gives NULL out */
char *mem_text_n(const char *s, size_t n); /* n bytes and a NUL */
void mem_free(void *p);

/* 64-byte aligned, zeroed, with huge pages asked for when large. Freed by mem_slab_free. */
void *mem_slab(size_t n, size_t size);
void *mem_lines(size_t n, size_t size); /* 64-byte aligned, not cleared: pages cost nothing until used */
void mem_slab_free(void *p);          /* both */
/* Bytes [from, to) of either are not needed any more: their whole pages go back to the system, and hold nothing until used again. */
void mem_forget(void *p, size_t from, size_t to);
void mem_trim(void); /* what has been freed goes back to the system, as far as the C library can */
/* n bytes into a larger place; of many the old pages go as soon as they are copied, so that they are not there twice. */
void mem_move_up(void *to, void *from, size_t n);
/* mem_resize to n bytes in that manner; the first `used` ones stay. */
void *mem_enlarge(void *p, size_t used, size_t n);

#define MEM_NEW(type) ((type *)mem_zero(1, sizeof(type)))

/* Makes room for one more in a growing array: *cap doubles when n == *cap.
 * Returns the array (perhaps moved) or NULL, the old one then still valid. */
void *mem_grow(void *p, size_t n, size_t *cap, size_t size);

/* Tests: the n-th allocation from now on (from 1) fails, once; 0 = never.
 * mem_fail_pending says whether it still lies ahead. Counts all threads. */
void mem_fail_nth(uint64_t n);
int mem_fail_pending(void);

#endif
