/* machine.h - how busy the machine and this process are, looked at when somebody wants to see it. */
#ifndef UI_MACHINE_H
#define UI_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

enum { MACHINE_CORES = 128 };

typedef struct machine {
    int cores;
    double busy[MACHINE_CORES]; /* share of the time since the look before */
    double own;                 /* cores that this process keeps busy */
    double load;                /* of one minute */
    uint64_t held, total, available; /* bytes: of this process, of the machine, free for use */
    bool twice;                 /* busy and own are known */
    double looked;              /* monotonic seconds; 0 = never */
    uint64_t was_busy[MACHINE_CORES], was_all[MACHINE_CORES];
    double was_own;
} machine;

/* Looks again, at most once a second; true: the figures are new. */
bool machine_look(machine *m);

#endif
