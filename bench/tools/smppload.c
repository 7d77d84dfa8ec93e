/* smppload: SMPP client that drives smscsim alone (to show that the simulator is not the bottleneck).
 *   -p PORT -w WINDOW -t SECONDS */
#include "tool.h"
static void put32(uint8_t *p, uint32_t v) { v = htonl(v); memcpy(p, &v, 4); }
static uint32_t get32(const uint8_t *p) { uint32_t v; memcpy(&v, p, 4); return ntohl(v); }
int main(int ac, char **av) {
    int o, port = 2775, w = 100; double secs = 5;
    while ((o = getopt(ac, av, "p:w:t:")) != -1) switch (o) { case 'p': port = atoi(optarg); break; case 'w': w = atoi(optarg); break; case 't': secs = atof(optarg); break; default: return 2; }
    int fd = socket(AF_INET, SOCK_STREAM, 0); struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    if (connect(fd, (void *)&a, sizeof a)) { perror("connect"); return 1; }
    nodelay(fd); uint8_t b[64] = {0}; put32(b, 16 + 7); put32(b + 4, 9); put32(b + 12, 1); b[18] = 0; b[19] = 0x34; if (write(fd, b, 23) != 23) return 1;
    buf in = {0}, out = {0}; uint32_t seq = 2; uint64_t sent = 0, acked = 0, dl = 0, t0 = now_ns(), end = t0 + (uint64_t)(secs * 1e9); int infl = 0, bound = 0;
    for (;;) {
        uint64_t t = now_ns(); if (t > end && !infl) break;
        while (bound && infl < w && t < end) {
            uint8_t m[256]; size_t n = 16; m[n++] = 0; m[n++] = 5; m[n++] = 0; memcpy(m + n, "BENCH", 6); n += 6; m[n++] = 1; m[n++] = 1;
            n += (size_t)snprintf((char *)m + n, 16, "336%08u", (unsigned)(sent % 100000000)) + 1; m[n++] = 0; m[n++] = 0; m[n++] = 0; m[n++] = 0; m[n++] = 0; m[n++] = 1; m[n++] = 0; m[n++] = 0; m[n++] = 0;
            m[n++] = 100; memset(m + n, 'x', 100); n += 100; put32(m, (uint32_t)n); put32(m + 4, 4); put32(m + 8, 0); put32(m + 12, seq++); buf_add(&out, m, n); sent++; infl++; }
        if (out.len) { ssize_t r = write(fd, out.p + out.off, out.len); if (r > 0) buf_eat(&out, (size_t)r); }
        buf_room(&in, 65536); ssize_t r = read(fd, in.p + in.off + in.len, in.cap - in.off - in.len); if (r <= 0) break;
        in.len += (size_t)r;
        while (in.len >= 16) { uint8_t *p = in.p + in.off; uint32_t l = get32(p), c = get32(p + 4); if (in.len < l) break;
            if (c == 0x80000009u) bound = 1; else if (c == 0x80000004u) { acked++; infl--; }
            else if (c == 5) { uint8_t z[17] = {0}; put32(z, 17); put32(z + 4, 0x80000005u); put32(z + 12, get32(p + 12)); buf_add(&out, z, 17); dl++; }
            buf_eat(&in, l); }
    }
    double el = (double)(now_ns() - t0) / 1e9; printf("submitted %llu acked %llu receipts %llu in %.2f s: %.0f msg/s\n", (unsigned long long)sent, (unsigned long long)acked, (unsigned long long)dl, el, (double)acked / el);
    return 0;
}
