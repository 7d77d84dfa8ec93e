/* hload: HTTP/1.1 keep-alive load generator, 127.0.0.1 only. Closed loop; with -r an open loop at a fixed rate.
 *   -p PORT  -c CONNECTIONS  -t SECONDS (most 120)  -n REQUESTS (most 2000000)  -r REQUESTS_PER_SECOND
 *   -u TARGET  request target; "{to}" is replaced by the recipient(s)
 *   -b BODY    POST body template ("{to}" too; "@file" reads it)   -H HEADER (repeatable)
 *   -m M recipients per request, joined by -j SEP ("+")  -P PREFIX ("%2B336")  -s FIRST (counter, 8 digits)
 *   -w N       "{who}" is replaced by the number of the request modulo N, in four digits; without it, it stays as it is
 *   -l FILE log "sent_ns answered_ns status first_recipient count"   -x stop at the first connection failure
 * One line of JSON on stdout. */
#include "tool.h"
typedef struct { int fd, busy, dead; uint64_t sent, first; buf in; char *req; size_t rl, ro; } conn;
static int port = 8080, nc = 1, M = 1; static const char *target = "/", *body, *sep = "+", *prefix = "%2B336", *hdr[8]; static int nh;
static uint64_t nextno, nwho; static uint64_t *lat; static size_t nlat, caplat; static uint64_t st[600], okn, errs, issued; static FILE *lg;
static int ep;
static int cmp(const void *a, const void *b) { uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b; return x < y ? -1 : x > y; }
static void expand(buf *o, const char *t, uint64_t first, uint64_t request) {
    const char *q = t; char x[64];
    while ((q = strchr(q, '{'))) {
        if (!strncmp(q, "{to}", 4)) {
            buf_add(o, t, (size_t)(q - t));
            for (int i = 0; i < M; i++) { int n = snprintf(x, sizeof x, "%s%s%08llu", i ? sep : "", prefix, (unsigned long long)((first + (uint64_t)i) % 100000000ull)); buf_add(o, x, (size_t)n); }
            t = q += 4;
        } else if (nwho && !strncmp(q, "{who}", 5)) {
            buf_add(o, t, (size_t)(q - t)); int n = snprintf(x, sizeof x, "%04llu", (unsigned long long)(request % nwho)); buf_add(o, x, (size_t)n);
            t = q += 5;
        } else q++;
    }
    buf_add(o, t, strlen(t));
}
static void build(conn *c) {
    buf o = {0}, b = {0}; char x[256]; c->first = nextno; nextno += (uint64_t)M;
    buf_add(&o, body ? "POST " : "GET ", body ? 5 : 4); expand(&o, target, c->first, issued);
    int n = snprintf(x, sizeof x, " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n", port); buf_add(&o, x, (size_t)n);
    for (int i = 0; i < nh; i++) { buf_add(&o, hdr[i], strlen(hdr[i])); buf_add(&o, "\r\n", 2); }
    if (body) { expand(&b, body, c->first, issued); n = snprintf(x, sizeof x, "Content-Length: %zu\r\n", b.len); buf_add(&o, x, (size_t)n); }
    buf_add(&o, "\r\n", 2); if (b.len) buf_add(&o, b.p, b.len);
    free(b.p); free(c->req); c->req = (char *)o.p; c->rl = o.len; c->ro = 0;
}
static int dial(conn *c) {
    if (c->fd > 0) { close(c->fd); } c->in.len = c->in.off = 0; c->busy = 0;
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (connect(c->fd, (void *)&a, sizeof a)) { close(c->fd); c->fd = 0; c->dead = 1; return -1; }
    fcntl(c->fd, F_SETFL, O_NONBLOCK); nodelay(c->fd); c->dead = 0;
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = c }; epoll_ctl(ep, EPOLL_CTL_ADD, c->fd, &e); return 0;
}
static void push(conn *c) {
    while (c->ro < c->rl) { ssize_t n = write(c->fd, c->req + c->ro, c->rl - c->ro); if (n <= 0) break; c->ro += (size_t)n; }
    struct epoll_event e = { .events = EPOLLIN | (c->ro < c->rl ? EPOLLOUT : 0u), .data.ptr = c };
    epoll_ctl(ep, EPOLL_CTL_MOD, c->fd, &e);
}
static void fire(conn *c) { build(c); c->sent = now_ns(); c->busy = 1; issued++; push(c); }
static volatile sig_atomic_t stop; static void onsig(int s) { (void)s; stop = 1; }
int main(int ac, char **av) {
    double secs = 10, rate = 0; uint64_t maxn = 2000000; int o, x = 0; raise_nofile();
    while ((o = getopt(ac, av, "p:c:t:n:r:u:b:H:m:j:P:s:w:l:x")) != -1) switch (o) {
        case 'p': port = atoi(optarg); break; case 'c': nc = atoi(optarg); break; case 't': secs = atof(optarg); break;
        case 'n': maxn = strtoull(optarg, 0, 10); break; case 'r': rate = atof(optarg); break; case 'u': target = optarg; break;
        case 'b': body = optarg; break; case 'H': if (nh < 8) hdr[nh++] = optarg; break; case 'm': M = atoi(optarg); break;
        case 'j': sep = optarg; break; case 'P': prefix = optarg; break; case 's': nextno = strtoull(optarg, 0, 10); break;
        case 'w': nwho = strtoull(optarg, 0, 10); break;
        case 'l': lg = fopen(optarg, "w"); break; case 'x': x = 1; break; default: return 2; }
    if (secs > 120) secs = 120;
    if (maxn > 2000000) maxn = 2000000;
    if (body && *body == '@') { FILE *f = fopen(body + 1, "r"); if (!f) return 2; char *z = calloc(1, 1 << 20); size_t n = fread(z, 1, (1 << 20) - 1, f); while (n && z[n - 1] == '\n') z[--n] = 0; body = z; fclose(f); }
    signal(SIGPIPE, SIG_IGN); signal(SIGINT, onsig); signal(SIGTERM, onsig); ep = epoll_create1(0);
    conn *cs = calloc((size_t)nc, sizeof *cs); for (int i = 0; i < nc; i++) dial(&cs[i]);
    uint64_t t0 = now_ns(), end = t0 + (uint64_t)(secs * 1e9), hard = end + 10000000000ull, lastok = t0, late = 0, due = t0;
    struct epoll_event ev[256]; int inflight = 0;
    for (;;) {
        uint64_t t = now_ns(); int open = !stop && t < end && issued < maxn; inflight = 0;
        for (int i = 0; i < nc; i++) {
            conn *c = &cs[i];
            if (c->dead && open && !x) { usleep(1000); dial(c); }
            if (!c->busy && !c->dead && open && issued < maxn && (!rate || due <= t)) { if (rate) { if (t > due + 5000000ull) late++; due += (uint64_t)(1e9 / rate); } fire(c); }
            inflight += c->busy;
        }
        if ((!open && !inflight) || t > hard) break;
        struct timespec to = { 0, 50000000 }; if (rate && open && due > t) { uint64_t d = due - t; if (d < 50000000ull) to.tv_nsec = (long)d; }
        int n = epoll_pwait2(ep, ev, 256, &to, NULL);
        for (int k = 0; k < n; k++) {
            conn *c = ev[k].data.ptr; if (c->dead) continue;
            if (ev[k].events & EPOLLOUT) push(c);
            if (!(ev[k].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) continue;
            buf_room(&c->in, 65536); ssize_t r = read(c->fd, c->in.p + c->in.off + c->in.len, c->in.cap - c->in.off - c->in.len - 1);
            if (r < 0 && errno == EAGAIN) continue;
            if (r > 0) c->in.len += (size_t)r;
            char *p = (char *)c->in.p + c->in.off; p[c->in.len] = 0; char *h = c->in.len ? strstr(p, "\r\n\r\n") : NULL; int done = 0, cl = 0, chunked = 0; long clen = -1;
            if (h) {
                for (char *q = strchr(p, '\n'); q && q < h; q = strchr(q, '\n')) { q++;
                    if (!strncasecmp(q, "content-length:", 15)) clen = atol(q + 15);
                    else if (!strncasecmp(q, "transfer-encoding: chunked", 26)) chunked = 1;
                    else if (!strncasecmp(q, "connection: close", 17)) cl = 1; }
                size_t hl = (size_t)(h - p) + 4;
                if (clen >= 0) done = c->in.len >= hl + (size_t)clen;
                else if (chunked) done = strstr(h + 2, "\r\n0\r\n\r\n") != NULL;
                else if (r <= 0) done = 1;
            }
            if (done && c->busy) {
                uint64_t now = now_ns(); int s = atoi(p + 9); if (s < 0 || s > 599) s = 0;
                st[s]++; if (s / 100 == 2) { okn++; lastok = now; if (nlat == caplat) { caplat = caplat ? caplat * 2 : 65536; lat = realloc(lat, caplat * 8); } lat[nlat++] = now - c->sent; }
                if (lg) fprintf(lg, "%llu %llu %d %llu %d\n", (unsigned long long)c->sent, (unsigned long long)now, s, (unsigned long long)c->first, M);
                c->busy = 0; c->in.len = c->in.off = 0; if (cl || r <= 0) dial(c);
                else if (!rate && !stop && now < end && issued < maxn) fire(c);
            } else if (r <= 0) { if (c->busy) { errs++; if (lg) fprintf(lg, "%llu %llu 0 %llu %d\n", (unsigned long long)c->sent, (unsigned long long)now_ns(), (unsigned long long)c->first, M); }
                c->busy = 0; if (x) { stop = 1; c->dead = 1; close(c->fd); c->fd = 0; } else dial(c); }
        }
    }
    double el = (double)(lastok - t0) / 1e9; if (el <= 0) el = 1e-9;
    if (nlat) qsort(lat, nlat, 8, cmp);
    #define PC(f) (nlat ? (double)lat[(size_t)((double)(nlat - 1) * f)] / 1e6 : 0.0)
    printf("{\"conc\":%d,\"recipients_per_req\":%d,\"seconds\":%.3f,\"issued\":%llu,\"ok\":%llu,\"rps\":%.1f,\"msgs_per_s\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"p999_ms\":%.3f,\"max_ms\":%.3f,\"conn_errors\":%llu,\"late\":%llu,\"next\":%llu,\"status\":{", nc, M, el, (unsigned long long)issued, (unsigned long long)okn, okn / el, okn / el * M, PC(.5), PC(.99), PC(.999), PC(1.0), (unsigned long long)errs, (unsigned long long)late, (unsigned long long)nextno);
    int f = 0; for (int i = 0; i < 600; i++) if (st[i]) printf("%s\"%d\":%llu", f++ ? "," : "", i, (unsigned long long)st[i]);
    puts("}}"); if (lg) fclose(lg);
    return 0;
}
