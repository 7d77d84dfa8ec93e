/* Shared helpers of the bench tools: clock, growable buffer, counters in a mapped file. */
#ifndef CHAPPE_BENCH_TOOL_H
#define CHAPPE_BENCH_TOOL_H
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static inline uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000ull + (uint64_t)t.tv_nsec;
}
typedef struct { uint8_t *p; size_t off, len, cap; } buf;   /* data = p[off .. off+len) */
static inline void buf_room(buf *b, size_t n) {
    if (b->off + b->len + n <= b->cap) return;
    if (b->off) { memmove(b->p, b->p + b->off, b->len); b->off = 0; }
    if (b->len + n > b->cap) {
        size_t c = b->cap ? b->cap : 4096;
        while (c < b->len + n) c *= 2;
        b->p = realloc(b->p, c);
        if (!b->p) { perror("realloc"); exit(2); }
        b->cap = c;
    }
}
static inline void buf_add(buf *b, const void *d, size_t n) {
    buf_room(b, n); memcpy(b->p + b->off + b->len, d, n); b->len += n;
}
static inline void buf_eat(buf *b, size_t n) { b->off += n; b->len -= n; if (!b->len) b->off = 0; }

static inline uint64_t *map_counters(const char *path, int n) {   /* read by the driver with mmap */
    size_t sz = 8 * (size_t)n;
    if (!path) return calloc((size_t)n, 8);
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || ftruncate(fd, (off_t)sz)) { perror(path); exit(2); }
    void *m = mmap(NULL, sz, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (m == MAP_FAILED) { perror("mmap"); exit(2); }
    close(fd);
    return m;
}
static inline int listen_on(int port) {
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (bind(fd, (void *)&a, sizeof a) || listen(fd, 1024)) { perror("listen"); exit(2); }
    return fd;
}
static inline void nodelay(int fd) { int one = 1; setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one); }
static inline void raise_nofile(void) {
    struct rlimit r; getrlimit(RLIMIT_NOFILE, &r); r.rlim_cur = r.rlim_max; setrlimit(RLIMIT_NOFILE, &r);
}
#endif
