/* smscsim: minimal, fast SMPP 3.4 SMSC for measurements. One thread, epoll, 127.0.0.1 only.
 *   -p PORT   listening port (2775)
 *   -d MS     delay from submit_sm to its delivery receipt (deliver_sm), 50
 *   -R MS     delay of submit_sm_resp (0 = at once); bounds the peer to window/delay msg/s
 *   -w N      most deliver_sm without answer per connection (1000)
 *   -l FILE   log: "monotonic_ns destination" per submit_sm
 *   -s FILE   counters: binds submits receipts_sent receipts_acked receipts_waiting
 *   -q        no line per second
 * Any system_id/password is accepted. Receipts only where registered_delivery asks for one. */
#include "tool.h"
enum { C_BINDS, C_SUBMITS, C_DLR, C_DLRACK, C_DLRWAIT, C_N };
typedef struct { int fd; uint32_t gen, seq, pend; int bound; char who[16]; buf in, out; int dirty, wantout; } conn;
typedef struct { uint64_t due, id; uint32_t gen, seq; int fd; char who[16], src[22], dst[22]; } item;
typedef struct { item *v; size_t head, n, cap; } ring;
static conn *C[65536];
static uint32_t gens; static int ep; static uint64_t *ctr; static FILE *lg;
static ring dlr, rsp; static unsigned window = 1000;
static int dirtyv[65536], ndirty, top;

static item *ring_push(ring *r) {
    if (r->n == r->cap) {
        size_t c = r->cap ? r->cap * 2 : 4096; item *v = malloc(c * sizeof *v);
        if (!v) exit(2);
        for (size_t i = 0; i < r->n; i++) v[i] = r->v[(r->head + i) % (r->cap ? r->cap : 1)];
        free(r->v); r->v = v; r->head = 0; r->cap = c;
    }
    return &r->v[(r->head + r->n++) % r->cap];
}
static inline item *ring_peek(ring *r) { return r->n ? &r->v[r->head] : NULL; }
static inline void ring_pop(ring *r) { r->head = (r->head + 1) % r->cap; r->n--; }
static void mark(conn *c) { if (!c->dirty) { c->dirty = 1; dirtyv[ndirty++] = c->fd; } }
static void put32(uint8_t *p, uint32_t v) { v = htonl(v); memcpy(p, &v, 4); }
static uint32_t get32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return ntohl(v); }
static void pdu(conn *c, uint32_t cmd, uint32_t st, uint32_t seq, const void *body, size_t n) {
    uint8_t h[16]; put32(h, (uint32_t)(16 + n)); put32(h + 4, cmd); put32(h + 8, st); put32(h + 12, seq);
    buf_add(&c->out, h, 16); if (n) buf_add(&c->out, body, n); mark(c);
}
static void drop(conn *c) {
    epoll_ctl(ep, EPOLL_CTL_DEL, c->fd, NULL); close(c->fd); C[c->fd] = NULL;
    free(c->in.p); free(c->out.p); free(c);
}
static int flush_out(conn *c) {
    while (c->out.len) {
        ssize_t n = write(c->fd, c->out.p + c->out.off, c->out.len);
        if (n < 0) { if (errno == EAGAIN) break; drop(c); return -1; }
        buf_eat(&c->out, (size_t)n);
    }
    int want = c->out.len > 0;
    if (want != c->wantout) {
        struct epoll_event e = { .events = EPOLLIN | (want ? EPOLLOUT : 0u), .data.fd = c->fd };
        epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e); c->wantout = want;
    }
    return 0;
}
static const uint8_t *cstr(const uint8_t **p, const uint8_t *e) {
    const uint8_t *s = *p, *z = memchr(s, 0, (size_t)(e - s));
    if (!z) return NULL;
    *p = z + 1; return s;
}
static void submit_resp(conn *c, uint32_t seq, uint64_t id) {
    char m[32]; int n = snprintf(m, sizeof m, "%llu", (unsigned long long)id);
    pdu(c, 0x80000004u, 0, seq, m, (size_t)n + 1);
}
static uint64_t idbase, dlrdelay = 50000000ull, respdelay;
static int on_pdu(conn *c, const uint8_t *p, uint32_t len, uint64_t t) {
    uint32_t cmd = get32(p + 4), seq = get32(p + 12); const uint8_t *b = p + 16, *e = p + len;
    switch (cmd) {
    case 1: case 2: case 9:
        c->bound = cmd == 1 ? 2 : cmd == 2 ? 1 : 3;
        snprintf(c->who, sizeof c->who, "%.*s", (int)strnlen((const char *)b, (size_t)(e - b)), (const char *)b);
        ctr[C_BINDS]++; pdu(c, cmd | 0x80000000u, 0, seq, "bench", 6); return 0;
    case 6: pdu(c, 0x80000006u, 0, seq, NULL, 0); return 0;
    case 0x15: pdu(c, 0x80000015u, 0, seq, NULL, 0); return 0;
    case 0x80000015u: case 0x80000006u: case 0x80000000u: return 0;
    case 0x80000005u: ctr[C_DLRACK]++; if (c->pend) c->pend--; return 0;
    case 4: {
        const uint8_t *src, *dst;
        if (!cstr(&b, e) || e - b < 2) return -1;
        b += 2; if (!(src = cstr(&b, e)) || e - b < 2) return -1;
        b += 2; if (!(dst = cstr(&b, e)) || e - b < 3) return -1;
        b += 3; if (!cstr(&b, e) || !cstr(&b, e) || b >= e) return -1;
        int rd = *b; uint64_t id = idbase + ++ctr[C_SUBMITS];
        if (lg) fprintf(lg, "%llu %s\n", (unsigned long long)t, (const char *)dst);
        if (respdelay) { item *i = ring_push(&rsp); i->due = t + respdelay; i->id = id; i->fd = c->fd; i->gen = c->gen; i->seq = seq; }
        else submit_resp(c, seq, id);
        if (rd & 1) {
            item *i = ring_push(&dlr); i->due = t + respdelay + dlrdelay; i->id = id; i->fd = c->fd; i->gen = c->gen;
            memcpy(i->who, c->who, sizeof i->who);
            snprintf(i->src, sizeof i->src, "%s", (const char *)src); snprintf(i->dst, sizeof i->dst, "%s", (const char *)dst);
        }
        return 0; }
    default: pdu(c, 0x80000000u, 3, seq, NULL, 0); return 0;
    }
}
/* Whoever is bound by the name of a session that is over gets its receipts, and nobody else. */
static conn *heir(const item *i) {
    for (int fd = 0; fd <= top; fd++) if (C[fd] && (C[fd]->bound & 1) && !strcmp(C[fd]->who, i->who)) return C[fd];
    return NULL;
}
static void receipt(conn *c, const item *i, const char *stamp) {
    uint8_t o[400]; size_t n = 0; char txt[160], id[32];
    int il = snprintf(id, sizeof id, "%llu", (unsigned long long)i->id);
    int tl = snprintf(txt, sizeof txt, "id:%s sub:001 dlvrd:001 submit date:%s done date:%s stat:DELIVRD err:000 text:", id, stamp, stamp);
    o[n++] = 0; o[n++] = 1; o[n++] = 1; size_t l = strlen(i->dst) + 1; memcpy(o + n, i->dst, l); n += l;
    o[n++] = 1; o[n++] = 1; l = strlen(i->src) + 1; memcpy(o + n, i->src, l); n += l;
    o[n++] = 4; o[n++] = 0; o[n++] = 0; o[n++] = 0; o[n++] = 0; o[n++] = 0; o[n++] = 0; o[n++] = 0; o[n++] = 0;
    o[n++] = (uint8_t)tl; memcpy(o + n, txt, (size_t)tl); n += (size_t)tl;
    o[n++] = 0; o[n++] = 0x1e; o[n++] = 0; o[n++] = (uint8_t)(il + 1); memcpy(o + n, id, (size_t)il + 1); n += (size_t)il + 1;
    o[n++] = 4; o[n++] = 0x27; o[n++] = 0; o[n++] = 1; o[n++] = 2;
    pdu(c, 5, 0, ++c->seq, o, n); c->pend++; ctr[C_DLR]++;
}
static volatile sig_atomic_t stop;
static void onsig(int s) { (void)s; stop = 1; }
int main(int ac, char **av) {
    int o, port = 2775, quiet = 0; const char *sf = NULL; raise_nofile();
    while ((o = getopt(ac, av, "p:d:R:w:l:s:q")) != -1) switch (o) {
        case 'p': port = atoi(optarg); break; case 'd': dlrdelay = strtoull(optarg, 0, 10) * 1000000ull; break;
        case 'R': respdelay = strtoull(optarg, 0, 10) * 1000000ull; break; case 'w': window = (unsigned)atoi(optarg); break;
        case 'l': lg = fopen(optarg, "w"); if (lg) setvbuf(lg, NULL, _IOFBF, 1 << 20); break;
        case 's': sf = optarg; break; case 'q': quiet = 1; break; default: return 2; }
    signal(SIGPIPE, SIG_IGN); signal(SIGTERM, onsig); signal(SIGINT, onsig);
    ctr = map_counters(sf, 8); idbase = (uint64_t)time(NULL) % 100000 * 100000000ull + 1000000000ull;
    setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1); tzset();    /* receipts are dated as in Paris, like those of chappe smsc */
    ep = epoll_create1(0); int ls = listen_on(port);
    struct epoll_event e = { .events = EPOLLIN, .data.fd = ls }, ev[256]; epoll_ctl(ep, EPOLL_CTL_ADD, ls, &e);
    uint64_t tick = now_ns() + 1000000000ull, ls0 = 0, ld0 = 0; char stamp[16] = "";
    while (!stop) {
        uint64_t t = now_ns(), due = tick; item *i;
        if ((i = ring_peek(&dlr)) && i->due < due) due = i->due;
        if ((i = ring_peek(&rsp)) && i->due < due) due = i->due;
        int blocked = 0;                                /* receipts held back by the window */
        if ((i = ring_peek(&dlr)) && i->due <= t) { conn *c = C[i->fd]; if (c && c->pend >= window) blocked = 1; }
        struct timespec to = { 0, due > t ? (long)(due - t) : blocked ? 1000000 : 0 };
        if (to.tv_nsec > 999999999) to.tv_nsec = 999999999;
        int n = epoll_pwait2(ep, ev, 256, &to, NULL); t = now_ns();
        for (int k = 0; k < n; k++) {
            int fd = ev[k].data.fd;
            if (fd == ls) {
                int s = accept4(ls, NULL, NULL, SOCK_NONBLOCK); if (s < 0 || s > 65535) continue;
                nodelay(s); conn *c = calloc(1, sizeof *c); c->fd = s; c->gen = ++gens; C[s] = c; if (s > top) top = s;
                struct epoll_event x = { .events = EPOLLIN, .data.fd = s }; epoll_ctl(ep, EPOLL_CTL_ADD, s, &x); continue;
            }
            conn *c = C[fd]; if (!c) continue;
            if (ev[k].events & EPOLLOUT) mark(c);
            if (!(ev[k].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
            buf_room(&c->in, 65536);
            ssize_t r = read(fd, c->in.p + c->in.off + c->in.len, c->in.cap - c->in.off - c->in.len);
            if (r == 0 || (r < 0 && errno != EAGAIN)) { if (c->dirty) for (int q = 0; q < ndirty; q++) if (dirtyv[q] == fd) dirtyv[q] = -1; drop(c); continue; }
            if (r > 0) c->in.len += (size_t)r;
            int bad = 0;
            while (c->in.len >= 16) {
                uint32_t l = get32(c->in.p + c->in.off); if (l < 16 || l > 65536) { bad = 1; break; }
                if (c->in.len < l) break;
                if (on_pdu(c, c->in.p + c->in.off, l, t) < 0) { bad = 1; break; }
                buf_eat(&c->in, l);
            }
            if (bad) { fprintf(stderr, "bad pdu\n"); for (int q = 0; q < ndirty; q++) if (dirtyv[q] == fd) dirtyv[q] = -1; drop(c); }
        }
        while ((i = ring_peek(&rsp)) && i->due <= t) { conn *c = C[i->fd]; if (c && c->gen == i->gen) submit_resp(c, i->seq, i->id); ring_pop(&rsp); }
        while ((i = ring_peek(&dlr)) && i->due <= t) {
            conn *c = C[i->fd]; if (!(c && c->gen == i->gen && (c->bound & 1))) c = heir(i);
            if (!c) { i->due = t + 100000000ull; break; }       /* nobody bound: try again later */
            if (c->pend >= window) break;
            receipt(c, i, stamp); ring_pop(&dlr);
        }
        ctr[C_DLRWAIT] = dlr.n;
        for (int q = 0; q < ndirty; q++) if (dirtyv[q] >= 0 && C[dirtyv[q]]) { C[dirtyv[q]]->dirty = 0; flush_out(C[dirtyv[q]]); }
        ndirty = 0;
        if (t >= tick || !*stamp) {
            time_t w = time(NULL); struct tm g; localtime_r(&w, &g); strftime(stamp, sizeof stamp, "%y%m%d%H%M", &g);
            if (!quiet) { printf("submit/s %llu dlr/s %llu total %llu dlr %llu acked %llu waiting %zu\n", (unsigned long long)(ctr[C_SUBMITS] - ls0), (unsigned long long)(ctr[C_DLR] - ld0), (unsigned long long)ctr[C_SUBMITS], (unsigned long long)ctr[C_DLR], (unsigned long long)ctr[C_DLRACK], dlr.n); fflush(stdout); }
            ls0 = ctr[C_SUBMITS]; ld0 = ctr[C_DLR]; if (lg) fflush(lg); tick = t + 1000000000ull;
        }
    }
    if (lg) fclose(lg);
    return 0;
}
