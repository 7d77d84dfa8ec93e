/* Lines and the lists that they stand in. */

#include "port.h"

#include <stdlib.h>

void events_add(events *to, event *one)
{
    one->next = NULL;
    *to->end = one;
    to->end = &one->next;
}

static void free_pieces(piece *first)
{
    while (first != NULL) {
        piece *next = first->next;
        free(first);
        first = next;
    }
}

line *line_new(int fd)
{
    line *one = calloc(1, sizeof *one);
    if (one != NULL) {
        one->what = A_LINE;
        one->fd = fd;
        one->out_end = &one->out;
        one->held.end = &one->held.first;
    }
    return one;
}

void line_free(line *one)
{
    event *each = one->held.first;
    while (each != NULL) {
        event *next = each->next;
        free(each);
        each = next;
    }
    free_pieces(one->out);
    free_pieces(one->sending);
    free(one);
}

void line_begins(port *self, line *one)
{
    one->next = self->lines;
    one->before = &self->lines;
    if (one->next != NULL)
        one->next->before = &one->next;
    self->lines = one;
}

bool line_touch(port *self, line *one)
{
    if (one->dead || one->dirty_before != NULL)
        return false;
    one->dirty_next = NULL;
    one->dirty_before = self->dirty_end;
    *self->dirty_end = one;
    self->dirty_end = &one->dirty_next;
    bool wake = self->asleep;
    self->asleep = false;
    return wake;
}

void line_untouch(port *self, line *one)
{
    if (one->dirty_before == NULL)
        return;
    *one->dirty_before = one->dirty_next;
    if (one->dirty_next != NULL)
        one->dirty_next->dirty_before = one->dirty_before;
    else
        self->dirty_end = one->dirty_before;
    one->dirty_before = NULL;
}

void line_unchoke(port *self, line *one)
{
    if (!one->choked)
        return;
    line **at = &self->choked;
    while (*at != one)
        at = &(*at)->full_next;
    *at = one->full_next;
    one->choked = false;
}
