/* cli.h - the command line: every command and option once; help, usage errors and the manual come from
 * the same table. */
#ifndef UI_CLI_H
#define UI_CLI_H

/* The whole program: gives the exit status. */
int cli_main(int argc, char **argv);

#endif
