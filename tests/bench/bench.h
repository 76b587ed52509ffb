/* bench.h - what the parts of the bench share: lines, clocks, data, other processes.
 *
 * A line is name, value, unit, density, threads, kernel table, share of the peak; tab-separated,
 * "-" = does not apply. density: the share of a dense network's multiply-adds that the rows need when
 * zero inputs, resting units and dropped units are left out. The share of the peak is the arithmetic
 * that was needed against what the threads could multiply and add in registers. */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include "model/network.h"
#include "train/dataset.h"

#include <time.h>

enum { INPUTS = 717, CLASSES = 10, ROWS = 4000 };

/* What a line says besides its value; 0 = does not apply. */
typedef struct facts {
    double density;
    int threads;
    double gflops; /* needed arithmetic, 1e9 operations per second, a multiply-add counted as two */
    const char *table; /* NULL = the kernel table in use */
} facts;

void print(const char *name, double value, const char *unit);
void print_with(const char *name, double value, const char *unit, facts f);
/* Is this line asked for? Part of its name is enough. */
bool wanted(const char *name);
/* Ends the bench: out of memory, or something that must not fail failed. */
void need(bool ok);
double seconds(clockid_t id);
double now(void); /* the clock on the wall */
/* Multiply-adds of one thread in registers, 1e9 operations per second; measured once for a table. */
double peak(const char *table);

/* Rows shaped like handwritten digits, or real ones (BENCH_DATA); made once, owned by the bench. */
dataset *digits(bool dense);
/* A CSV of 60,000 such rows, bytes and the class, no header; the same as gzip. Made once, removed at the end. */
const char *digits_csv(void);
const char *digits_gzip(void);
/* Name of a file that is removed at the end, for the caller to write; in the folder BENCH_KEEP it stays, and may be
 * there already. */
const char *scratch(const char *name);
bool scratch_is_there(const char *path);
void digits_end(void);

/* Seconds, peak resident megabytes and the first number printed of `weir -e script`, path at arg[1]; no memory
 * when the script is empty. */
typedef struct child {
    double seconds, memory, said;
} child;
child run_weir(const char *script, const char *path);

/* The parts. */
void bench_kernels(void);
void bench_cost(void);
void bench_import(void);
void bench_jobs(void);
void bench_verbs(void);

#endif
