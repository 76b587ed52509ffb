/* heap.c - see heap.h. */
#include "config.h"
#include "lua/heap.h"

#include <stdio.h>
#include <stdlib.h>

enum { LOOK_EVERY = 1 << 20, ASK_EVERY = 16 };

static size_t half_of_budget(weir_session *s)
{
    weir_value info = weir_nil();
    const weir_value *v;
    size_t half = SIZE_MAX;

    if (s && !weir_session_info(s, &info, NULL) && (v = weir_dict_get(&info, "memory")) != NULL && v->kind == WEIR_INT && v->as.i > 0)
        half = (size_t)v->as.i / 2;
    weir_value_clear(&info);
    return half;
}

static void *resize(void *user, void *ptr, size_t old, size_t n)
{
    heap *h = user;

    old = ptr ? old : 0; /* else it says what kind of object is wanted */
    if (n > old) {
        size_t more = n - old;
        if (h->used + more > h->limit)
            h->limit = half_of_budget(h->session); /* the budget may have been raised */
        if (h->bounded && h->used + more > h->limit)
            return NULL;
        h->since += more;
        if (h->since >= LOOK_EVERY) {
            h->since = 0;
            h->heard(h->user);
            if (++h->looks % ASK_EVERY == 0) /* or lowered */
                h->limit = half_of_budget(h->session);
        }
    }
    if (!n) {
        free(ptr);
        h->used -= old;
        return NULL;
    }
    void *p = realloc(ptr, n);
    if (p)
        h->used += n - old;
    return p;
}

void heap_take(heap *h, lua_State *L, weir_session *s, void (*heard)(void *user), void *user)
{
    h->session = s;
    h->limit = half_of_budget(s);
    h->heard = heard;
    h->user = user;
    h->used += (size_t)lua_gc(L, LUA_GCCOUNT) * 1024 + (size_t)lua_gc(L, LUA_GCCOUNTB);
    lua_setallocf(L, resize, h);
}

void heap_words(const heap *h, char *buf, size_t cap)
{
    snprintf(buf, cap, "the values of Lua may take half of the memory budget, %.3g GB; weir.init{memory=\"...\"} raises it", (double)h->limit / 1e9);
}
