/* chunk.h - a cell's text as a function of Lua that gives the value of the cell's last expression. */
#ifndef LUA_CHUNK_H
#define LUA_CHUNK_H

#include <lua.h>

#include <stdint.h>

typedef enum chunk_value {
    CHUNK_PLAIN,      /* gives what a `return` of its own gives */
    CHUNK_EXPRESSION, /* the last statement is an expression */
    CHUNK_CALL,       /* the last statement is a call */
    CHUNK_SILENT      /* it ends with a semicolon: nobody asks for the value */
} chunk_value;

/* Pushes the function (LUA_OK) or what is wrong (another status of lua_load). Messages call it `name`, and
 * its first line `line`. A first line that begins with # is left out. */
int chunk_load(lua_State *L, const char *code, const char *name, int64_t line, chunk_value *value);

#endif
