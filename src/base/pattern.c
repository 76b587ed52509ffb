/* pattern.c - regular expressions on UTF-8: parser, compiler, virtual machine. */
#include "base/pattern.h"

#include "base/mem.h"
#include "base/status.h"
#include "base/text.h"

#include <string.h>

/* Case -------------------------------------------------------------------------------- */

typedef struct case_range {
    uint32_t from, to; /* the lower-case ones */
    int32_t up;        /* added for upper case; 0: pairs, lower is odd; 1: pairs, lower is even */
} case_range;

static const case_range cases[] = {
    {'a', 'z', -32},         {0xe0, 0xf6, -32},     {0xf8, 0xfe, -32},     {0xff, 0xff, 121},   {0x100, 0x12f, 0},
    {0x132, 0x137, 0},       {0x139, 0x148, 1},     {0x14a, 0x177, 0},     {0x179, 0x17e, 1},   {0x3ac, 0x3ac, -38},
    {0x3ad, 0x3af, -37},     {0x3b1, 0x3c1, -32},   {0x3c3, 0x3cb, -32},   {0x3cc, 0x3cc, -64}, {0x3cd, 0x3ce, -63},
    {0x430, 0x44f, -32},     {0x450, 0x45f, -80},   {0x460, 0x481, 0},     {0x48a, 0x4bf, 0},   {0x4d0, 0x52f, 0},
    {0x561, 0x586, -48},     {0x1e00, 0x1e95, 0},   {0x1ea0, 0x1eff, 0},
};

enum { CASES = sizeof cases / sizeof *cases };

uint32_t pattern_upper(uint32_t cp)
{
    for (size_t i = 0; i < CASES; i++) {
        const case_range *r = &cases[i];
        if (cp < r->from || cp > r->to)
            continue;
        if (r->up < 0 || r->up > 1)
            return (uint32_t)((int64_t)cp + r->up);
        return (cp & 1) != (uint32_t)r->up ? cp - 1 : cp;
    }
    return cp;
}

uint32_t pattern_lower(uint32_t cp)
{
    for (size_t i = 0; i < CASES; i++) {
        const case_range *r = &cases[i];
        bool pairs = r->up == 0 || r->up == 1;
        uint32_t shift = pairs ? 0 : (uint32_t)r->up;
        if (cp < r->from + shift || cp > r->to + shift)
            continue;
        if (!pairs)
            return cp - shift;
        return (cp & 1) == (uint32_t)r->up ? cp + 1 : cp;
    }
    return cp;
}

/* Program ------------------------------------------------------------------------------- */

typedef enum op { CHAR, ANY, SET, SPLIT, JUMP, SAVE, BEGIN, END, WORD_EDGE, NO_EDGE, MATCH } op;

typedef struct instr {
    op op;
    uint32_t a, b; /* CHAR: code point; SET: first range, ranges; SPLIT: first choice, second; JUMP, SAVE: a */
    bool negated;  /* SET */
} instr;

typedef struct range {
    uint32_t lo, hi;
} range;

typedef struct thread {
    uint32_t pc;
    ptrdiff_t at[2 * PATTERN_GROUPS];
} thread;

struct pattern {
    instr *code;
    size_t n, cap;
    range *set;
    size_t n_sets, cap_sets;
    int groups;
    bool ignore_case;
    thread *list[2]; /* [n] each */
    uint32_t *seen;  /* [n] generation in which an instruction was entered */
    uint32_t *stack; /* [2 n] of add() */
    ptrdiff_t *undo; /* slots to restore, beside the stack */
    uint32_t generation;
};

enum { MOST_CODE = 20000, MOST_REPEAT = 1000 };

typedef struct parser {
    pattern *p;
    const char *s;
    size_t n, at, depth;
    weir_error *err;
    bool failed;
} parser;

static void wrong(parser *q, const char *what)
{
    if (!q->failed)
        weir_fail_at(q->err, WEIR_EINVAL, "pattern", "the pattern \"%.100s\": %s at character %zu", q->s, what, q->at + 1);
    q->failed = true;
}

static uint32_t emit(parser *q, op what, uint32_t a, uint32_t b)
{
    pattern *p = q->p;
    instr *grown = p->n < MOST_CODE ? mem_grow(p->code, p->n, &p->cap, sizeof *grown) : NULL;

    if (!grown) {
        if (p->n >= MOST_CODE)
            wrong(q, "it is too long");
        else if (!q->failed)
            weir_no_memory(q->err, "compiling a pattern");
        q->failed = true;
        return 0;
    }
    p->code = grown;
    p->code[p->n] = (instr){.op = what, .a = a, .b = b};
    return (uint32_t)p->n++;
}

static void add_range(parser *q, uint32_t lo, uint32_t hi)
{
    pattern *p = q->p;
    range *grown = mem_grow(p->set, p->n_sets, &p->cap_sets, sizeof *grown);

    if (!grown) {
        weir_no_memory(q->err, "compiling a pattern");
        q->failed = true;
        return;
    }
    p->set = grown;
    p->set[p->n_sets++] = (range){lo, hi};
}

static bool more(const parser *q)
{
    return q->at < q->n && !q->failed;
}

static uint32_t next_char(parser *q)
{
    uint32_t cp;
    q->at += text_next(q->s + q->at, q->n - q->at, &cp);
    return cp;
}

/* Sets ------------------------------------------------------------------------------------ */

/* \d \w \s; with a capital letter all others. false: c is no such letter. */
static bool add_class(parser *q, uint32_t c)
{
    static const range digits[] = {{'0', '9'}}, words[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}},
                       blanks[] = {{'\t', '\r'}, {' ', ' '}};
    uint32_t low = c | 32;
    const range *r = low == 'd' ? digits : low == 'w' ? words : low == 's' ? blanks : NULL;
    size_t n = low == 'w' ? 4 : low == 's' ? 2 : 1;
    uint32_t from = 0;

    if (!r || c > 127)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (c & 32) {
            add_range(q, r[i].lo, r[i].hi);
        } else {
            if (r[i].lo > from)
                add_range(q, from, r[i].lo - 1);
            from = r[i].hi + 1;
        }
    }
    if (!(c & 32))
        add_range(q, from, 0x10ffff);
    return true;
}

static uint32_t escaped(uint32_t c)
{
    return c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c == 'f' ? '\f' : c;
}

/* Behind "[". */
static void parse_set(parser *q)
{
    uint32_t first = (uint32_t)q->p->n_sets;
    bool negated = more(q) && q->s[q->at] == '^', begun = false;

    q->at += negated;
    while (more(q) && (q->s[q->at] != ']' || !begun)) {
        begun = true;
        uint32_t lo = next_char(q), hi;
        if (lo == '\\' && more(q)) {
            lo = next_char(q);
            if (add_class(q, lo))
                continue;
            lo = escaped(lo);
        }
        hi = lo;
        if (q->at + 1 < q->n && q->s[q->at] == '-' && q->s[q->at + 1] != ']') {
            q->at++;
            hi = next_char(q);
            if (hi == '\\' && more(q))
                hi = escaped(next_char(q));
            if (hi < lo)
                wrong(q, "a range runs backwards");
        }
        add_range(q, lo, hi);
    }
    if (!q->failed && q->at >= q->n)
        wrong(q, "] is missing");
    q->at++;
    uint32_t at = emit(q, SET, first, (uint32_t)q->p->n_sets - first);
    if (!q->failed)
        q->p->code[at].negated = negated;
}

/* Grammar ----------------------------------------------------------------------------------- */

static void parse_choice(parser *q);

static void parse_escape(parser *q)
{
    if (!more(q)) {
        wrong(q, "a backslash ends it");
        return;
    }
    uint32_t first = (uint32_t)q->p->n_sets, c = next_char(q);
    if (c == 'b' || c == 'B')
        emit(q, c == 'b' ? WORD_EDGE : NO_EDGE, 0, 0);
    else if (add_class(q, c))
        emit(q, SET, first, (uint32_t)q->p->n_sets - first);
    else
        emit(q, CHAR, escaped(c), 0);
}

static void parse_group(parser *q)
{
    bool plain = q->at + 1 < q->n && q->s[q->at] == '?' && q->s[q->at + 1] == ':';
    int number = plain ? 0 : ++q->p->groups;
    bool saves = !plain && number < PATTERN_GROUPS;

    q->at += plain ? 2 : 0;
    if (!plain && more(q) && q->s[q->at] == '?')
        wrong(q, "only (?: ) is known of groups that begin with ?");
    if (++q->depth > 100)
        wrong(q, "it is nested too deeply");
    if (saves)
        emit(q, SAVE, (uint32_t)(2 * number), 0);
    if (!q->failed)
        parse_choice(q);
    if (saves)
        emit(q, SAVE, (uint32_t)(2 * number + 1), 0);
    if (!q->failed && (q->at >= q->n || q->s[q->at] != ')'))
        wrong(q, ") is missing");
    q->at++;
    q->depth--;
}

static void parse_atom(parser *q)
{
    uint32_t c = next_char(q);

    switch (c) {
    case '.':
        emit(q, ANY, 0, 0);
        break;
    case '[':
        parse_set(q);
        break;
    case '(':
        parse_group(q);
        break;
    case '\\':
        parse_escape(q);
        break;
    case '^':
        emit(q, BEGIN, 0, 0);
        break;
    case '$':
        emit(q, END, 0, 0);
        break;
    case '*':
    case '+':
    case '?':
        q->at--;
        wrong(q, "there is nothing to repeat");
        break;
    default:
        emit(q, CHAR, c, 0);
    }
}

/* {m}, {m,}, {m,n} at q->at; false: the brace is a plain character. */
static bool parse_counts(parser *q, int *least, int *most)
{
    size_t at = q->at + 1;
    int v[2] = {0, -1}, k = 0;

    for (; k < 2; k++) {
        size_t begun = at;
        int x = 0;
        while (at < q->n && q->s[at] >= '0' && q->s[at] <= '9')
            x = x < MOST_REPEAT * 10 ? x * 10 + (q->s[at++] - '0') : (at++, x);
        if (at > begun)
            v[k] = x;
        else if (k == 0)
            return false;
        if (at < q->n && q->s[at] == '}') {
            *least = v[0];
            *most = k == 0 ? v[0] : v[1];
            q->at = at + 1;
            if (*least > MOST_REPEAT || *most > MOST_REPEAT || (*most >= 0 && *most < *least))
                wrong(q, "the repetition is out of range");
            return true;
        }
        if (k == 0 && (at >= q->n || q->s[at++] != ','))
            return false;
    }
    return false;
}

/* A copy of the instructions [from, to) at the end. */
static void copy_code(parser *q, uint32_t from, uint32_t to)
{
    uint32_t shift = (uint32_t)q->p->n - from;

    for (uint32_t i = from; i < to && !q->failed; i++) {
        instr c = q->p->code[i];
        bool jumps = c.op == SPLIT || c.op == JUMP;
        uint32_t at = emit(q, c.op, jumps ? c.a + shift : c.a, c.op == SPLIT ? c.b + shift : c.b);
        if (!q->failed)
            q->p->code[at].negated = c.negated;
    }
}

static void split(parser *q, uint32_t at, uint32_t go_on, uint32_t leave, bool greedy)
{
    if (!q->failed) {
        q->p->code[at].a = greedy ? go_on : leave;
        q->p->code[at].b = greedy ? leave : go_on;
    }
}

/* Room for one instruction before [from, n): what jumps into it moves along. */
static void insert(parser *q, uint32_t from, op what)
{
    emit(q, what, 0, 0);
    if (q->failed)
        return;
    instr *c = q->p->code;
    memmove(c + from + 1, c + from, (q->p->n - 1 - from) * sizeof *c);
    c[from] = (instr){.op = what};
    for (size_t i = from + 1; i < q->p->n; i++)
        if (c[i].op == SPLIT || c[i].op == JUMP) {
            c[i].a += c[i].a >= from;
            c[i].b += c[i].op == SPLIT && c[i].b >= from;
        }
}

/* e?, e*, with the code of e from `from` to the end. */
static void optional(parser *q, uint32_t from, bool loop, bool greedy)
{
    insert(q, from, SPLIT);
    if (loop)
        emit(q, JUMP, from, 0);
    split(q, from, from + 1, (uint32_t)q->p->n, greedy);
}

static void repeat(parser *q, uint32_t from, int least, int most, bool greedy)
{
    uint32_t to = (uint32_t)q->p->n, size = to - from;

    if (most == 0) { /* never: the code stays, jumped over */
        insert(q, from, JUMP);
        if (!q->failed)
            q->p->code[from].a = (uint32_t)q->p->n;
        return;
    }
    for (int i = 1; i < least && !q->failed; i++)
        copy_code(q, from, to);
    if (most < 0) {
        uint32_t last = (uint32_t)q->p->n;
        if (least > 0)
            copy_code(q, from, to);
        optional(q, least > 0 ? last : from, true, greedy);
        return;
    }
    for (int i = least > 0 ? least : 1; i < most && !q->failed; i++) {
        uint32_t copy = (uint32_t)q->p->n;
        copy_code(q, from, from + size);
        optional(q, copy, false, greedy);
    }
    if (least == 0)
        optional(q, from, false, greedy);
}

static void parse_piece(parser *q)
{
    uint32_t from = (uint32_t)q->p->n;

    parse_atom(q);
    while (more(q)) {
        char c = q->s[q->at];
        int least = c == '+', most = c == '?' ? 1 : -1;
        if (c == '{') {
            if (!parse_counts(q, &least, &most))
                return;
        } else if (c == '*' || c == '+' || c == '?') {
            q->at++;
        } else {
            return;
        }
        bool greedy = !(more(q) && q->s[q->at] == '?');
        q->at += !greedy;
        repeat(q, from, least, most, greedy);
    }
}

static void parse_choice(parser *q)
{
    uint32_t from = (uint32_t)q->p->n;

    while (more(q) && q->s[q->at] != '|' && q->s[q->at] != ')')
        parse_piece(q);
    if (!more(q) || q->s[q->at] != '|')
        return;
    q->at++;
    insert(q, from, SPLIT);
    uint32_t jump = emit(q, JUMP, 0, 0), second = (uint32_t)q->p->n;
    split(q, from, from + 1, second, true);
    if (!q->failed)
        parse_choice(q);
    if (!q->failed)
        q->p->code[jump].a = (uint32_t)q->p->n;
}

void pattern_free(pattern *p)
{
    if (!p)
        return;
    mem_free(p->code), mem_free(p->set), mem_free(p->list[0]), mem_free(p->list[1]);
    mem_free(p->seen), mem_free(p->stack), mem_free(p->undo);
    mem_free(p);
}

weir_status pattern_new(pattern **out, const char *s, bool ignore_case, weir_error *err)
{
    pattern *p = MEM_NEW(pattern);
    parser q = {.p = p, .s = s, .n = strlen(s), .err = err};
    weir_error unseen;

    if (!p)
        return weir_no_memory(err, "compiling a pattern");
    if (!err)
        q.err = &unseen;
    p->ignore_case = ignore_case;
    emit(&q, SAVE, 0, 0);
    if (!q.failed)
        parse_choice(&q);
    if (!q.failed && q.at < q.n)
        wrong(&q, "there is no ( for this )");
    emit(&q, SAVE, 1, 0);
    emit(&q, MATCH, 0, 0);
    if (!q.failed) {
        for (int i = 0; i < 2; i++)
            p->list[i] = mem_array(p->n, sizeof **p->list);
        p->seen = mem_zero(p->n, sizeof *p->seen);
        p->stack = mem_array(2 * p->n + 2, 2 * sizeof *p->stack);
        p->undo = mem_array(2 * p->n + 2, sizeof *p->undo);
        if (!p->list[0] || !p->list[1] || !p->seen || !p->stack || !p->undo) {
            weir_no_memory(q.err, "compiling a pattern");
            q.failed = true;
        }
    }
    if (q.failed) {
        weir_status st = q.err->status ? q.err->status : WEIR_EINVAL;
        pattern_free(p);
        return st;
    }
    *out = p;
    return WEIR_OK;
}

/* Machine ---------------------------------------------------------------------------------- */

static bool in_ranges(const pattern *p, const instr *c, uint32_t cp)
{
    for (uint32_t i = 0; i < c->b; i++)
        if (cp >= p->set[c->a + i].lo && cp <= p->set[c->a + i].hi)
            return true;
    return false;
}

static bool accepts(const pattern *p, const instr *c, uint32_t cp)
{
    switch (c->op) {
    case CHAR:
        return c->a == cp || (p->ignore_case && (pattern_lower(c->a) == pattern_lower(cp)));
    case ANY:
        return cp != '\n';
    default: {
        bool in = in_ranges(p, c, cp);
        if (!in && p->ignore_case)
            in = in_ranges(p, c, pattern_lower(cp)) || in_ranges(p, c, pattern_upper(cp));
        return in != c->negated;
    }
    }
}

static bool is_word(const char *s, size_t n, size_t at)
{
    unsigned char c = at < n ? (unsigned char)s[at] : 0;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool holds(op what, const char *s, size_t n, size_t at)
{
    bool edge = (at > 0 && is_word(s, n, at - 1)) != is_word(s, n, at);

    return what == BEGIN ? at == 0 : what == END ? at == n : what == WORD_EDGE ? edge : !edge;
}

/* Enters pc and all that follows without a character, in order of preference. The stack holds
 * instructions to enter and, marked by the high bit, slots to set back. */
static void enter(pattern *p, thread *list, size_t *n_list, uint32_t pc, ptrdiff_t *at, const char *s, size_t n, size_t here)
{
    const uint32_t restore = UINT32_C(1) << 31;
    size_t n_stack = 0;

    p->stack[n_stack++] = pc;
    while (n_stack) {
        uint32_t now = p->stack[--n_stack];
        if (now & restore) {
            at[now & ~restore] = p->undo[n_stack];
            continue;
        }
        if (p->seen[now] == p->generation)
            continue;
        p->seen[now] = p->generation;
        const instr *c = &p->code[now];
        switch (c->op) {
        case JUMP:
            p->stack[n_stack++] = c->a;
            break;
        case SPLIT:
            p->stack[n_stack++] = c->b;
            p->stack[n_stack++] = c->a;
            break;
        case SAVE:
            p->undo[n_stack] = at[c->a];
            p->stack[n_stack++] = c->a | restore;
            at[c->a] = (ptrdiff_t)here;
            p->stack[n_stack++] = now + 1;
            break;
        case BEGIN:
        case END:
        case WORD_EDGE:
        case NO_EDGE:
            if (holds(c->op, s, n, here))
                p->stack[n_stack++] = now + 1;
            break;
        default:
            list[*n_list].pc = now;
            memcpy(list[(*n_list)++].at, at, sizeof list->at);
        }
    }
}

bool pattern_find(pattern *p, const char *s, size_t n, size_t from, pattern_match *out)
{
    ptrdiff_t best[2 * PATTERN_GROUPS], none[2 * PATTERN_GROUPS];
    thread *now = p->list[0], *next = p->list[1];
    size_t n_now = 0, n_next;
    bool found = false;

    for (int i = 0; i < 2 * PATTERN_GROUPS; i++)
        none[i] = PATTERN_NONE;
    if (p->generation > UINT32_MAX - n - 2) {
        memset(p->seen, 0, p->n * sizeof *p->seen);
        p->generation = 0;
    }
    p->generation++;
    for (size_t at = from;;) {
        if (!found) /* a match may begin here, after all that began before */
            enter(p, now, &n_now, 0, none, s, n, at);
        if (!n_now && (found || at >= n))
            break;
        uint32_t cp = 0;
        size_t step = at < n ? text_next(s + at, n - at, &cp) : 1;
        p->generation++;
        n_next = 0;
        for (size_t i = 0; i < n_now; i++) {
            const instr *c = &p->code[now[i].pc];
            if (c->op == MATCH) {
                memcpy(best, now[i].at, sizeof best);
                found = true;
                break; /* what comes after is less preferred */
            }
            if (at < n && accepts(p, c, cp))
                enter(p, next, &n_next, now[i].pc + 1, now[i].at, s, n, at + step);
        }
        thread *swap = now;
        now = next;
        next = swap;
        n_now = n_next;
        if (at >= n)
            break;
        at += step;
    }
    for (int g = 0; found && g < PATTERN_GROUPS; g++) {
        out->from[g] = best[2 * g];
        out->to[g] = best[2 * g + 1];
    }
    return found;
}
