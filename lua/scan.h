/* scan.h - Lua text as tokens. Nothing is built or run; broken text gives tokens all the same. */
#ifndef LUA_SCAN_H
#define LUA_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_WORD, TOKEN_NUMBER, TOKEN_TEXT, TOKEN_SIGN } token_kind; /* WORD: reserved */

typedef struct token {
    token_kind kind;
    const char *s; /* in the text scanned; of a TOKEN_TEXT what stands between its quotes */
    size_t n;
    int64_t line;  /* from 1 */
    bool escaped;  /* a TOKEN_TEXT with a backslash: s is not yet what it means */
} token;

/* All tokens and a TOKEN_END; *n of them without it. NULL: out of memory. free() */
token *scan(const char *text, size_t n, int64_t first_line, size_t *count);
bool lua_keyword(const char *s, size_t n); /* a reserved word, as `and` */
bool token_is(const token *t, const char *word); /* a name, word or sign spelt so */

#endif
