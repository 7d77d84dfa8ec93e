/* sink: HTTP/1.1 server on 127.0.0.1 that answers every request 200 and counts it: the target of callbacks.
 *   -p PORT (9100)  -b BODY (the body of every answer, "ok")  -l FILE log "ns request-target"
 *   -s FILE counters: requests connections */
#include "tool.h"
typedef struct { int fd; buf in, out; } conn;
static conn *C[65536]; static volatile sig_atomic_t stop; static void onsig(int s) { (void)s; stop = 1; }
int main(int ac, char **av) {
    int o, port = 9100; const char *body = "ok", *sf = NULL; FILE *lg = NULL; raise_nofile();
    while ((o = getopt(ac, av, "p:b:l:s:")) != -1) switch (o) {
        case 'p': port = atoi(optarg); break; case 'b': body = optarg; break; case 's': sf = optarg; break;
        case 'l': lg = fopen(optarg, "w"); if (lg) setvbuf(lg, NULL, _IOFBF, 1 << 20); break; default: return 2; }
    signal(SIGPIPE, SIG_IGN); signal(SIGTERM, onsig); signal(SIGINT, onsig);
    uint64_t *ctr = map_counters(sf, 8); char ok[256];
    int okl = snprintf(ok, sizeof ok, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
    int ep = epoll_create1(0), ls = listen_on(port); struct epoll_event e = { .events = EPOLLIN, .data.fd = ls }, ev[256];
    epoll_ctl(ep, EPOLL_CTL_ADD, ls, &e); uint64_t fl = now_ns();
    while (!stop) {
        int n = epoll_wait(ep, ev, 256, 500); uint64_t t = now_ns();
        for (int k = 0; k < n; k++) {
            int fd = ev[k].data.fd;
            if (fd == ls) { int s; while ((s = accept4(ls, NULL, NULL, SOCK_NONBLOCK)) >= 0) { if (s > 65535) { close(s); continue; }
                nodelay(s); C[s] = calloc(1, sizeof(conn)); C[s]->fd = s; ctr[1]++;
                struct epoll_event x = { .events = EPOLLIN, .data.fd = s }; epoll_ctl(ep, EPOLL_CTL_ADD, s, &x); } continue; }
            conn *c = C[fd]; if (!c) continue; buf_room(&c->in, 16384); int cl = 0;
            ssize_t r = read(fd, c->in.p + c->in.off + c->in.len, c->in.cap - c->in.off - c->in.len);
            if (r == 0 || (r < 0 && errno != EAGAIN)) cl = 1;
            if (r > 0) c->in.len += (size_t)r;
            while (!cl && c->in.len) {
                char *p = (char *)c->in.p + c->in.off, *h = memmem(p, c->in.len, "\r\n\r\n", 4); if (!h) break;
                size_t hl = (size_t)(h - p) + 4, bl = 0; int close_after = 0;
                for (char *q = memchr(p, '\n', hl); q && q < h; q = memchr(q, '\n', (size_t)(p + hl - q))) { q++;
                    if (!strncasecmp(q, "content-length:", 15)) bl = strtoul(q + 15, NULL, 10);
                    else if (!strncasecmp(q, "connection:", 11)) { char *z = q + 11; while (*z == ' ') z++; close_after = !strncasecmp(z, "close", 5); } }
                if (c->in.len < hl + bl) break;
                ctr[0]++;
                if (lg) { char *s = memchr(p, ' ', hl); if (s) { s++; char *z = s; while (*z != ' ' && *z != '\r') z++; fprintf(lg, "%llu %.*s%s%.*s\n", (unsigned long long)t, (int)(z - s), s, bl ? "?" : "", (int)bl, h + 4); } }
                buf_add(&c->out, ok, (size_t)okl); buf_eat(&c->in, hl + bl); if (close_after) { cl = 2; }
            }
            if (c->out.len && cl != 1) { ssize_t w = write(fd, c->out.p + c->out.off, c->out.len); if (w < (ssize_t)c->out.len) cl = 1; else buf_eat(&c->out, (size_t)w); }
            if (cl) { epoll_ctl(ep, EPOLL_CTL_DEL, fd, NULL); close(fd); free(c->in.p); free(c->out.p); free(c); C[fd] = NULL; }
        }
        if (lg && t - fl > 500000000ull) { fflush(lg); fl = t; }
    }
    if (lg) fclose(lg);
    return 0;
}
