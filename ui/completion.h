/* completion.h - what a shell offers while a command line of weir is typed. */
#ifndef UI_COMPLETION_H
#define UI_COMPLETION_H

/* The completion script of "bash", "zsh" or "fish", to standard output. Exit status. */
int completion_script(const char *shell);
/* What fits the last word, which may be empty: lines "WORD<tab>HELP", and ":files<tab>PATTERN" or ":folders" where the
 * shell shall complete names of files. Exit status. */
int completion_words(int argc, char *const *argv);

#endif
