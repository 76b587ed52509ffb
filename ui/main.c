/* main.c - the program. */
#include "config.h"

#include "ui/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
