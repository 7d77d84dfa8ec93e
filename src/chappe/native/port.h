/* What the two sides of a port share: the thread that reads and writes sockets (thread.c, which
   knows nothing of Python), and the interpreter's side (line.c, module.c).

   A line is one connection. Whatever stands under "locked" is touched with the port's lock held;
   "thread" belongs to the thread alone, "ours" to the interpreter's side alone. After the thread
   has told that a line is lost it never touches it again, so that the other side may free it. */

#ifndef CHAPPE_PORT_H
#define CHAPPE_PORT_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum {
    READ_MOST = 65536,         /* octets of one read */
    UNHEARD_MOST = 131072,     /* octets of a line that were read and not taken */
    UNHEARD_ALL = 33554432,    /* the same of all lines together */
    OWED_HIGH = 65536,         /* octets written and not sent: whoever writes is asked to wait */
    OWED_LOW = 16384,          /* ... and here to go on */
    GUESTS_MOST = 64,          /* newcomers that are taken in at a time */
    READY_MOST = 256,
    WINDOW_MS = 16,            /* in which it is counted how much comes ... */
    MUCH = 48,                 /* ... and so much is worth waiting for more */
    STARVED_MS = 100,          /* after which whoever knocks is looked for again */
};

enum what { A_WAKE, A_LISTENER, A_LINE };

typedef struct piece {
    struct piece *next;
    size_t size, sent;
    char octets[];
} piece;

enum kind { CAME, HEARD, ENDED, EASED, LOST };

typedef struct event {
    struct event *next;
    struct line *line;
    enum kind kind;
    int fault;                  /* of LOST: an errno, or none */
    struct listener *listener;  /* of CAME */
    size_t size;                /* of HEARD */
    char octets[];
} event;

typedef struct {
    event *first, **end;
} events;

typedef struct line {
    enum what what;
    int fd;
    struct sockaddr_storage peer;
    struct line *next, **before; /* locked: among all lines of the port */
    /* locked */
    piece *out, **out_end;
    size_t owed, unheard;
    bool deaf, closing, aborted, ending, tight, full, dead;
    struct line *dirty_next, **dirty_before; /* what the other side did waits for the thread */
    struct line *full_next;                  /* nothing of it is read, as the port is full */
    bool choked;
    /* thread */
    piece *sending;
    uint32_t armed;
    bool ended, said_no_more;
    /* ours */
    void *owner;
    events held; /* came while nothing was to be heard */
    struct line *resumed_next;
    bool resumed;
} line;

typedef struct listener {
    enum what what;
    int fd;
    void *speaker;
    bool shut;    /* locked */
    bool starved; /* thread: not watched, as there was no descriptor even to turn them away */
    struct listener *next;
} listener;

typedef struct port {
    enum what what;
    int epoll, for_thread, for_us, spare;
    pthread_t thread;
    pthread_mutex_t lock;
    long nap_ns;
    /* locked */
    events inbox;
    line *lines, *dirty, **dirty_end, *choked;
    listener *listeners;
    size_t unheard;
    int came; /* in the inbox */
    bool told_us, asleep, over;
    /* thread */
    int64_t starved;      /* when a listener last was */
    int64_t window;       /* when it began */
    int counted, before;  /* what came in it, and in the one before */
    /* ours */
    line *resumed, **resumed_end;
    bool running;
} port;

int port_open(port *self, long nap_ns);
void port_close(port *self);  /* the thread has ended when this returns; all descriptors are shut */
bool port_listen(port *self, listener *who);
void port_shut(port *self, listener *who);
void port_adopt(port *self, line *one);
void *port_run(void *self); /* the thread */
line *line_new(int fd);
void line_free(line *one);
void events_add(events *to, event *one);
/* With the lock held, where it is the thread's: the port knows of it; it is looked at, and read. */
void line_begins(port *self, line *one);
void line_untouch(port *self, line *one);
void line_unchoke(port *self, line *one);
/* With the lock held: the thread is to look at this line. True where it must be woken. */
bool line_touch(port *self, line *one);
void port_wake(port *self);
void tell_us(port *self);

#endif
