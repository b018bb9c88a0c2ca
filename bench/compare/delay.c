/* A line with a delay, between one or a few pairs of TCP connections: what comes is passed on --ms later, and not
 * faster than --rate, in order. What is on the line at most is bounded, by more than anybody has under way.
 * usage: delay PORT TARGET MS [MIB_PER_SECOND] */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 16
#define LINE_BYTES (128u << 20)
#define PIECE_BYTES (256u << 10)
#define PIECES (1u << 16)

/* One way: a ring of bytes, and when each piece of them is due. Counters only grow. */
static struct way {
    int from, to, ended, told;
    char *bytes;
    uint64_t in, out, line_free_at;
    struct piece { uint64_t end, due; } *pieces;
    unsigned first, last;
} ways[2 * MOST];

static int way_count;
static uint64_t delay_ns;
static double ns_per_byte;

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void quit(const char *what)
{
    perror(what);
    exit(1);
}

static void *reserve(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED)
        quit("mmap");
    return memory;
}

static void open_way(int epoll_fd, int from, int to)
{
    struct way *way = &ways[way_count++];
    int on = 1, large = 4 << 20;
    /* The rings stay when a pair of connections has ended: a later pair finds them filled with pages. */
    way->bytes = way->bytes ? way->bytes : reserve(LINE_BYTES);
    way->pieces = way->pieces ? way->pieces : reserve(PIECES * sizeof *way->pieces);
    *way = (struct way){ .from = from, .to = to, .bytes = way->bytes, .pieces = way->pieces };
    fcntl(from, F_SETFL, O_NONBLOCK);
    setsockopt(from, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(from, SOL_SOCKET, SO_RCVBUF, &large, sizeof large);
    setsockopt(from, SOL_SOCKET, SO_SNDBUF, &large, sizeof large);
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = from };
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, from, &event);
}

/* Takes what is there. Returns whether there may be more. */
static int take(struct way *way)
{
    size_t at = way->in % LINE_BYTES, room = LINE_BYTES - (size_t)(way->in - way->out);
    size_t length = room < PIECE_BYTES ? room : PIECE_BYTES;
    length = length < LINE_BYTES - at ? length : LINE_BYTES - at;
    if (way->ended || length == 0 || way->last - way->first == PIECES)
        return 0;
    ssize_t got = recv(way->from, way->bytes + at, length, 0);
    if (got < 0 && errno == EAGAIN)
        return 0;
    uint64_t now = now_ns();
    way->ended = got <= 0;
    if (got > 0)
        way->in += (uint64_t)got;
    if (way->line_free_at < now)
        way->line_free_at = now;
    way->line_free_at += (uint64_t)(got > 0 ? (double)got * ns_per_byte : 0);
    way->pieces[way->last++ % PIECES] = (struct piece){ way->in, way->line_free_at + delay_ns };
    return got > 0;
}

/* Passes on what is due. Returns when the next is, 0 for nothing or for when the socket takes more. */
static uint64_t give(struct way *way)
{
    while (way->first != way->last) {
        struct piece piece = way->pieces[way->first % PIECES];
        if (piece.due > now_ns())
            return piece.due;
        while (way->out < piece.end) {
            size_t at = way->out % LINE_BYTES, length = (size_t)(piece.end - way->out);
            length = length < LINE_BYTES - at ? length : LINE_BYTES - at;
            ssize_t sent = send(way->to, way->bytes + at, length, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (sent < 0 && errno == EAGAIN)
                return 0;
            if (sent < 0)
                way->out = piece.end;
            else
                way->out += (uint64_t)sent;
        }
        way->first++;
    }
    if (way->ended && !way->told) {
        way->told = 1;
        shutdown(way->to, SHUT_WR);
    }
    return 0;
}

static int join(int epoll_fd, int listener, struct sockaddr_in target)
{
    int near = accept(listener, NULL, NULL);
    if (near < 0)
        return 0;
    int far = socket(AF_INET, SOCK_STREAM, 0);
    if (way_count == 2 * MOST || connect(far, (struct sockaddr *)&target, sizeof target) < 0) {
        close(near);
        close(far);
        return 1;
    }
    open_way(epoll_fd, near, far);
    open_way(epoll_fd, far, near);
    return 1;
}

/* The two ways of a pair stand side by side. */
static void forget_ended(void)
{
    for (int i = 0; i < way_count; i += 2) {
        if (!ways[i].told || !ways[i + 1].told)
            continue;
        close(ways[i].from);
        close(ways[i].to);
        for (int side = 0; side < 2; side++) {
            struct way ended = ways[i + side];
            ways[i + side] = ways[way_count - 2 + side];
            ways[way_count - 2 + side] = ended;
        }
        way_count -= 2;
        i -= 2;
    }
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fputs("usage: delay PORT TARGET MS [MIB_PER_SECOND]\n", stderr);
        return 2;
    }
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), epoll_fd = epoll_create1(0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])) }, target;
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    target = address;
    target.sin_port = htons((uint16_t)atoi(argv[2]));
    delay_ns = (uint64_t)(atof(argv[3]) * 1e6);
    ns_per_byte = argc > 4 && atof(argv[4]) > 0 ? 1e9 / (atof(argv[4]) * 1048576) : 0;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 64) < 0)
        quit("delay");
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[64];
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        uint64_t next = UINT64_MAX, now;
        int again = 0;
        while (join(epoll_fd, listener, target))
            ;
        for (int i = 0; i < way_count; i++) {
            again |= take(&ways[i]);
            uint64_t due = give(&ways[i]);
            next = due != 0 && due < next ? due : next;
        }
        forget_ended();
        now = now_ns();
        uint64_t wait = again || next <= now ? 0 : next == UINT64_MAX ? 1000000000u : next - now;
        struct timespec limit = { (time_t)(wait / 1000000000u), (long)(wait % 1000000000u) };
        epoll_pwait2(epoll_fd, events, 64, &limit, NULL);
    }
}
