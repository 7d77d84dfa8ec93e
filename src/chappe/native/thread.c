/* The thread that reads and writes sockets. It never touches Python, so it never waits for the
   interpreter's lock; what it reads is told in batches, what is to be written it takes in batches. */

#define _GNU_SOURCE
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { PIECES = 64 };

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Telling. */

static event *tell(port *self, line *one, enum kind kind, int fault)
{
    event *told = calloc(1, sizeof *told);
    if (told == NULL)
        abort(); /* a line that nobody hears of again would be worse */
    told->line = one;
    told->kind = kind;
    told->fault = fault;
    events_add(&self->inbox, told);
    self->came++;
    return told;
}

static void lose(port *self, line *one, int fault)
{
    close(one->fd);
    pthread_mutex_lock(&self->lock);
    one->dead = true;
    line_untouch(self, one);
    line_unchoke(self, one);
    *one->before = one->next;
    if (one->next != NULL)
        one->next->before = one->before;
    one->owed = 0;
    tell(self, one, LOST, fault);
    pthread_mutex_unlock(&self->lock);
}

static bool arm(port *self, line *one, uint32_t wanted)
{
    if (wanted == one->armed)
        return true;
    /* A line that waits for nothing is not watched at all: its end is seen once it is read again. */
    int how = !one->armed ? EPOLL_CTL_ADD : wanted ? EPOLL_CTL_MOD : EPOLL_CTL_DEL;
    struct epoll_event watched = {.events = wanted, .data.ptr = one};
    if (epoll_ctl(self->epoll, how, one->fd, &watched) != 0)
        return false;
    one->armed = wanted;
    return true;
}

/* Writing, and whatever else the other side asked for. */

static int send_what_is_owed(line *one, size_t *sent)
{
    while (one->sending != NULL) {
        struct iovec parts[PIECES];
        int count = 0;
        for (piece *each = one->sending; each != NULL && count < PIECES; each = each->next)
            parts[count++] = (struct iovec){each->octets + each->sent, each->size - each->sent};
        struct msghdr message = {.msg_iov = parts, .msg_iovlen = (size_t)count};
        ssize_t took = sendmsg(one->fd, &message, MSG_NOSIGNAL);
        if (took < 0) {
            if (errno == EINTR)
                continue;
            return errno == EAGAIN ? 0 : errno;
        }
        *sent += (size_t)took;
        size_t left = (size_t)took;
        while (one->sending != NULL && left >= one->sending->size - one->sending->sent) {
            piece *done = one->sending;
            left -= done->size - done->sent;
            one->sending = done->next;
            free(done);
        }
        if (one->sending != NULL)
            one->sending->sent += left;
    }
    return 0;
}

static void attend(port *self, line *one)
{
    pthread_mutex_lock(&self->lock);
    line_untouch(self, one);
    piece **end = &one->sending;
    while (*end != NULL)
        end = &(*end)->next;
    *end = one->out;
    one->out = NULL;
    one->out_end = &one->out;
    bool aborted = one->aborted, closing = one->closing, ending = one->ending;
    bool mute = one->deaf || one->full || one->choked || closing || one->ended;
    pthread_mutex_unlock(&self->lock);

    size_t sent = 0;
    int fault = aborted ? 0 : send_what_is_owed(one, &sent);
    if (sent > 0) {
        pthread_mutex_lock(&self->lock);
        one->owed -= sent;
        if (one->tight && one->owed <= OWED_LOW) {
            one->tight = false;
            tell(self, one, EASED, 0);
        }
        pthread_mutex_unlock(&self->lock);
    }
    if (aborted || fault != 0) {
        lose(self, one, fault);
        return;
    }
    if (one->sending == NULL) {
        if (closing) {
            lose(self, one, 0);
            return;
        }
        if (ending && !one->said_no_more) {
            one->said_no_more = true;
            shutdown(one->fd, SHUT_WR);
        }
    }
    uint32_t wanted = (mute ? 0 : EPOLLIN) | (one->sending != NULL ? EPOLLOUT : 0);
    if (!arm(self, one, wanted))
        lose(self, one, errno);
}

/* Reading. */

static void hear(port *self, line *one, char *buffer)
{
    ssize_t size = recv(one->fd, buffer, READ_MOST, 0);
    if (size < 0) {
        if (errno != EAGAIN && errno != EINTR)
            lose(self, one, errno);
        return;
    }
    if (size == 0) {
        one->ended = true;
        pthread_mutex_lock(&self->lock);
        tell(self, one, ENDED, 0);
        pthread_mutex_unlock(&self->lock);
        if (!arm(self, one, one->armed & ~(uint32_t)EPOLLIN))
            lose(self, one, errno);
        return;
    }
    event *heard = malloc(sizeof *heard + (size_t)size);
    if (heard == NULL) {
        lose(self, one, ENOMEM);
        return;
    }
    *heard = (event){.line = one, .kind = HEARD, .size = (size_t)size};
    memcpy(heard->octets, buffer, (size_t)size);
    pthread_mutex_lock(&self->lock);
    events_add(&self->inbox, heard);
    self->came++;
    one->unheard += (size_t)size;
    self->unheard += (size_t)size;
    one->full = one->unheard > UNHEARD_MOST - READ_MOST;
    if (self->unheard > UNHEARD_ALL && !one->choked) {
        one->choked = true;
        one->full_next = self->choked;
        self->choked = one;
    }
    bool stop = one->full || one->choked;
    pthread_mutex_unlock(&self->lock);
    if (stop && !arm(self, one, one->armed & ~(uint32_t)EPOLLIN))
        lose(self, one, errno);
}

/* Newcomers. */

static void out_of_descriptors(port *self, listener *who)
{
    /* The one that was kept for this is given up for a moment: a client that is shut out hears so,
       one that is left waiting does not, and keeps this loop turning. */
    if (self->spare >= 0)
        close(self->spare);
    int guest = accept4(who->fd, NULL, NULL, SOCK_CLOEXEC);
    if (guest >= 0)
        close(guest);
    self->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (guest < 0 && epoll_ctl(self->epoll, EPOLL_CTL_DEL, who->fd, NULL) == 0) {
        who->starved = true; /* somebody else was faster; they are looked for in a while */
        self->starved = now_ms();
    }
}

static void feed_starved(port *self)
{
    if (self->starved == 0 || now_ms() - self->starved < STARVED_MS)
        return;
    self->starved = 0;
    for (listener *each = self->listeners; each != NULL; each = each->next) {
        struct epoll_event watched = {.events = EPOLLIN, .data.ptr = each};
        if (each->starved && each->fd >= 0)
            epoll_ctl(self->epoll, EPOLL_CTL_ADD, each->fd, &watched);
        each->starved = false;
    }
}

static void take_in(port *self, listener *who)
{
    for (int count = 0; count < GUESTS_MOST; count++) {
        struct sockaddr_storage peer = {0};
        socklen_t size = sizeof peer;
        int guest = accept4(who->fd, (struct sockaddr *)&peer, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (guest < 0) {
            if (errno == EMFILE || errno == ENFILE)
                out_of_descriptors(self, who);
            if (errno == EINTR || errno == ECONNABORTED)
                continue;
            return;
        }
        line *one = line_new(guest);
        if (one == NULL) {
            close(guest);
            return;
        }
        one->peer = peer;
        setsockopt(guest, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        pthread_mutex_lock(&self->lock);
        line_begins(self, one);
        tell(self, one, CAME, 0)->listener = who;
        pthread_mutex_unlock(&self->lock);
        if (!arm(self, one, EPOLLIN))
            lose(self, one, errno);
    }
}

static void shut_what_is_to_be(port *self)
{
    for (listener *each = self->listeners; each != NULL; each = each->next)
        if (each->shut && each->fd >= 0) {
            close(each->fd);
            each->fd = -1;
        }
}

/* The loop. */

static void attend_all(port *self)
{
    for (;;) {
        pthread_mutex_lock(&self->lock);
        line *one = self->dirty;
        pthread_mutex_unlock(&self->lock);
        if (one == NULL)
            return;
        attend(self, one);
    }
}

static bool is_busy(port *self)
{
    int64_t at = now_ms();
    if (at - self->window >= WINDOW_MS) {
        self->before = at - self->window < 2 * WINDOW_MS ? self->counted : 0;
        self->counted = 0;
        self->window = at;
    }
    return self->before >= MUCH || self->counted >= MUCH;
}

static bool gather(port *self, int wait_ms, char *buffer)
{
    struct epoll_event ready[READY_MOST];
    int count = epoll_wait(self->epoll, ready, READY_MOST, wait_ms);
    self->counted += count > 0 ? count : 0;
    pthread_mutex_lock(&self->lock);
    self->asleep = false;
    shut_what_is_to_be(self);
    feed_starved(self);
    bool over = self->over;
    pthread_mutex_unlock(&self->lock);
    if (over)
        return false;
    for (int at = 0; at < count; at++) {
        enum what *what = ready[at].data.ptr;
        uint32_t how = ready[at].events;
        if (*what == A_WAKE)
            continue; /* it is watched for its edges, and need not be read */
        if (*what == A_LISTENER) {
            if (((listener *)what)->fd >= 0)
                take_in(self, (listener *)what);
        } else {
            line *one = (line *)what;
            if (one->armed & EPOLLIN && how & (EPOLLIN | EPOLLHUP | EPOLLERR))
                hear(self, one, buffer);
            else if (how & (EPOLLOUT | EPOLLHUP | EPOLLERR))
                attend(self, one);
        }
    }
    attend_all(self);
    return true;
}

void *port_run(void *argument)
{
    port *self = argument;
    char *buffer = malloc(READ_MOST);
    if (buffer == NULL)
        abort();
    prctl(PR_SET_NAME, "chappe sockets");
    prctl(PR_SET_TIMERSLACK, 1UL);
    for (;;) {
        pthread_mutex_lock(&self->lock);
        bool idle = self->dirty == NULL;
        self->asleep = idle;
        pthread_mutex_unlock(&self->lock);
        if (!gather(self, !idle ? 0 : self->starved ? STARVED_MS : -1, buffer))
            break;
        pthread_mutex_lock(&self->lock);
        bool fresh = self->came > 0 && !self->told_us;
        pthread_mutex_unlock(&self->lock);
        if (!fresh)
            continue;
        if (is_busy(self) && self->nap_ns > 0) {
            /* The more there is at once, the less each costs: whoever is busy has time for it. */
            nanosleep(&(struct timespec){0, self->nap_ns}, NULL);
            if (!gather(self, 0, buffer))
                break;
        }
        pthread_mutex_lock(&self->lock);
        self->told_us = true;
        pthread_mutex_unlock(&self->lock);
        tell_us(self);
    }
    free(buffer);
    return NULL;
}

