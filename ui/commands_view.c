/* commands_view.c - panes beside the notebook. */
#include "ui/app.h"
#include "ui/pane_live.h"
#include "ui/screen.h"
#include "ui/view.h"

static void show_side(app *a, const pane_ops *p)
{
    view_leave(a);
    a->chosen = true;
    a->side = p;
    a->side_shown = true;
    a->maximised = false;
    a->focus = screen_has_side(a) && a->focus == &pane_notebook ? a->focus : p;
}

static void toggle_live(app *a)
{
    a->chosen = true;
    if (screen_has_side(a) || a->focus != &pane_notebook) {
        bool hide = a->side == &pane_live;
        if (!hide) {
            a->side = &pane_live;
            return;
        }
        a->side_shown = false;
        a->focus = &pane_notebook;
        return;
    }
    show_side(a, &pane_live);
}

static void go_lists(app *a)
{
    show_side(a, &pane_lists);
    a->focus = &pane_lists;
}

static void go_log(app *a)
{
    show_side(a, &pane_log);
    a->focus = &pane_log;
}

static void go_notebook(app *a)
{
    view_leave(a);
    a->focus = &pane_notebook;
}

static void next_pane(app *a)
{
    if (a->focus != &pane_notebook)
        a->focus = &pane_notebook;
    else if (a->side && a->side_shown)
        a->focus = a->side;
    else
        show_side(a, a->side ? a->side : &pane_live);
}

static void back(app *a)
{
    if (a->focus != &pane_notebook)
        view_back(a);
}

static void maximise(app *a)
{
    a->maximised = !a->maximised;
}

const command commands_view[] = {
    {"live", "plot", "Show or hide the live training.", toggle_live, NULL},
    {"lists", "lists", "Go to frames and models.", go_lists, NULL},
    {"log", "log", "Go to the messages so far.", go_log, NULL},
    {"notebook", "notebook", "Go to the notebook.", go_notebook, NULL},
    {"next-pane", "pane", "The next pane.", next_pane, NULL},
    {"back", "back", "Back to where one was.", back, NULL},
    {"maximise", "whole screen", "The pane on the whole screen, and back.", maximise, NULL},
    {0},
};
