/* real_double.h - put before each source by the compiler (-include): the trainer's own arithmetic, read with
 * `float` meaning double.
 *
 * A gradient in float agrees with differences to three digits at best, and a wrong term of a small penalty hides
 * below that. The same sources in double agree to eight. Only tests are built so: the product's sources say float
 * and need no type of another name. The system's headers come first, so that they keep their own float. */
#ifndef TESTS_REAL_DOUBLE_H
#define TESTS_REAL_DOUBLE_H

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <omp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#if defined __SSE__
#include <xmmintrin.h>
#endif

#define REAL_IS_DOUBLE 1
#define float double
#define expm1f expm1
#define sqrtf sqrt
#define fabsf fabs

#endif
