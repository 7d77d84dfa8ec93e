/* A port from beginning to end. */

#define _GNU_SOURCE
#include "port.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

void port_wake(port *self)
{
    (void)!write(self->for_thread, &(uint64_t){1}, sizeof(uint64_t));
}

void tell_us(port *self)
{
    (void)!write(self->for_us, &(uint64_t){1}, sizeof(uint64_t));
}

int port_open(port *self, long nap_ns)
{
    self->what = A_WAKE;
    self->nap_ns = nap_ns;
    self->inbox.end = &self->inbox.first;
    self->dirty_end = &self->dirty;
    self->resumed_end = &self->resumed;
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    self->for_thread = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->for_us = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    self->spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (self->epoll < 0 || self->for_thread < 0 || self->for_us < 0 || self->spare < 0)
        return errno;
    struct epoll_event watched = {.events = EPOLLIN | EPOLLET, .data.ptr = self};
    if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, self->for_thread, &watched) != 0)
        return errno;
    pthread_mutexattr_t how;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_settype(&how, PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&self->lock, &how);
    pthread_mutexattr_destroy(&how);
    sigset_t all, before; /* signals are the interpreter's */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fault = pthread_create(&self->thread, NULL, port_run, self);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    self->running = fault == 0;
    return fault;
}

void port_close(port *self)
{
    if (self->running) {
        pthread_mutex_lock(&self->lock);
        self->over = true;
        pthread_mutex_unlock(&self->lock);
        port_wake(self);
        pthread_join(self->thread, NULL);
        self->running = false;
        pthread_mutex_destroy(&self->lock);
    }
    for (line *each = self->lines; each != NULL; each = each->next)
        close(each->fd);
    for (listener *each = self->listeners; each != NULL; each = each->next)
        if (each->fd >= 0)
            close(each->fd);
    int *ends[] = {&self->epoll, &self->for_thread, &self->for_us, &self->spare};
    for (size_t at = 0; at < sizeof ends / sizeof *ends; at++) {
        if (*ends[at] >= 0)
            close(*ends[at]);
        *ends[at] = -1;
    }
}

bool port_listen(port *self, listener *who)
{
    struct epoll_event watched = {.events = EPOLLIN, .data.ptr = who};
    pthread_mutex_lock(&self->lock);
    who->next = self->listeners;
    self->listeners = who;
    pthread_mutex_unlock(&self->lock);
    return epoll_ctl(self->epoll, EPOLL_CTL_ADD, who->fd, &watched) == 0;
}

void port_shut(port *self, listener *who)
{
    pthread_mutex_lock(&self->lock);
    bool open = !who->shut;
    who->shut = true;
    if (open)
        shutdown(who->fd, SHUT_RDWR); /* at once; the thread closes it, as it may be using it */
    self->asleep = false;
    pthread_mutex_unlock(&self->lock);
    port_wake(self);
}

void port_adopt(port *self, line *one)
{
    setsockopt(one->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    pthread_mutex_lock(&self->lock);
    line_begins(self, one);
    bool wake = line_touch(self, one);
    pthread_mutex_unlock(&self->lock);
    if (wake)
        port_wake(self);
}
