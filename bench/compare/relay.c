/* Load for a gateway between WebSockets, with bench/compare/echo.c behind it. Prints one JSON object; see
 * `relay --help`. */
#define _GNU_SOURCE
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "usage: relay MODE --port N [options]\n"
    "  echo     each connection has --in-flight messages of --size bytes under way, for --seconds\n"
    "  up       one connection sends messages of --size bytes one after the other, for --seconds\n"
    "  down     one connection is sent them\n"
    "  idle     opens connections, sends one message on each and holds them for --seconds\n"
    "  --port N --pids A,B --connections N --in-flight N --size N --seconds N\n";

#define MOST_IN_FLIGHT 64
#define HEAD_MOST 14

struct link {
    int fd, in_flight;
    uint64_t sent_at[MOST_IN_FLIGHT]; /* ring, oldest at sent_first */
    int sent_first;
    char rest[2048]; /* of a frame that is not whole yet */
    size_t rest_length;
};

static const char *mode, *pids = "";
static int port, connection_count = 1, in_flight = 1, epoll_fd, measuring;
static size_t size = 128, frame_length, answer_head;
static double seconds = 2;
static char *frame, *batch, buffer[1 << 20];
static struct link *links;
static uint64_t transferred;

static size_t write_head(char *to, int opcode, size_t length, int masked)
{
    size_t head = length < 126 ? 2 : length < 65536 ? 4 : 10;
    to[0] = (char)(0x80 | opcode);
    to[1] = (char)((length < 126 ? length : length < 65536 ? 126 : 127) | (masked ? 0x80 : 0));
    for (size_t i = 2; i < head; i++)
        to[i] = (char)((uint64_t)length >> 8 * (head - 1 - i));
    return head;
}

/* One masked binary frame, and as many of it in a row as are sent at once. */
static void make_frames(void)
{
    static const char key[4] = { 0x37, (char)0xfa, 0x21, 0x3d };
    frame = malloc(HEAD_MOST + size);
    answer_head = write_head(frame, 2, size, 0);
    size_t head = write_head(frame, 2, size, 1);
    memcpy(frame + head, key, 4);
    for (size_t i = 0; i < size; i++)
        frame[head + 4 + i] = (char)('a' + i % 26) ^ key[i & 3];
    frame_length = head + 4 + size;
    batch = malloc(MOST_IN_FLIGHT * frame_length);
    for (int i = 0; i < (strcmp(mode, "up") == 0 ? 1 : MOST_IN_FLIGHT); i++)
        memcpy(batch + (size_t)i * frame_length, frame, frame_length);
}

static void send_all(int fd, const char *bytes, size_t length)
{
    for (ssize_t sent; length > 0; bytes += sent, length -= (size_t)sent)
        if ((sent = send(fd, bytes, length, MSG_NOSIGNAL)) < 0)
            fail("send: %s", strerror(errno));
}

/* Opening blocks: it is not measured. Source addresses differ, so that ports do not run out. */
static void open_link(struct link *link, int index)
{
    int on = 1;
    char request[512], what[64] = "echo";
    struct sockaddr_in server = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) }, source = server;
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    source.sin_port = 0;
    source.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(index % 8));
    link->fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (bind(link->fd, (struct sockaddr *)&source, sizeof source) < 0
        || connect(link->fd, (struct sockaddr *)&server, sizeof server) < 0)
        fail("connect: %s", strerror(errno));
    if (strcmp(mode, "down") == 0)
        snprintf(what, sizeof what, "source=%zu", size);
    else if (strcmp(mode, "up") == 0)
        strcpy(what, "sink");
    snprintf(request, sizeof request,
             "GET /bench?%s HTTP/1.1\r\nHost: bench\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", what);
    send_all(link->fd, request, strlen(request));
    size_t length = 0;
    do {
        /* By the byte, because frames may follow. */
        if (length == sizeof request - 1 || recv(link->fd, request + length, 1, 0) != 1)
            fail("not opened: %.*s", (int)length, request);
        request[++length] = 0;
    } while (!strstr(request, "\r\n\r\n"));
    if (atoi(request + 9) != 101)
        fail("not opened: %s", request);
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = link };
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, link->fd, &event);
}

static void send_messages(struct link *link, int count, uint64_t now)
{
    for (int i = 0; i < count; i++)
        link->sent_at[(link->sent_first + link->in_flight++) % MOST_IN_FLIGHT] = now;
    send_all(link->fd, batch, (size_t)count * frame_length);
}

/* Counts the messages that are whole, checks them, and answers pings. Returns how many bytes it took. */
static size_t take_frames(struct link *link, const char *bytes, size_t length, int *count)
{
    size_t from = 0;
    while (length - from >= 2) {
        size_t code = (size_t)bytes[from + 1] & 127, head = code < 126 ? 2 : 4, payload = code;
        if (length - from < head)
            break;
        if (code == 126)
            payload = (size_t)(unsigned char)bytes[from + 2] << 8 | (unsigned char)bytes[from + 3];
        if (length - from < head + payload)
            break;
        int opcode = bytes[from] & 15;
        const char *text = bytes + from + head;
        from += head + payload;
        if (opcode == 9) {
            char pong[HEAD_MOST + 125] = { 0 };
            size_t pong_head = write_head(pong, 10, payload, 1) + 4;
            memcpy(pong + pong_head, text, payload);
            send_all(link->fd, pong, pong_head + payload);
        } else if (opcode != 2 || head != answer_head || payload != size || text[0] != 'a'
                   || (size > 1 && text[size - 1] != (char)('a' + (size - 1) % 26))) {
            fail("an answer is not what was sent: opcode %d, %zu bytes", opcode, payload);
        } else {
            ++*count;
        }
    }
    return from;
}

static void take(struct link *link)
{
    memcpy(buffer, link->rest, link->rest_length);
    ssize_t length = recv(link->fd, buffer + link->rest_length, sizeof buffer - link->rest_length, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN)
        return;
    if (length <= 0)
        fail("a connection ended: %s", length == 0 ? "end of stream" : strerror(errno));
    int count = 0;
    size_t whole = link->rest_length + (size_t)length, taken = take_frames(link, buffer, whole, &count);
    link->rest_length = whole - taken;
    memcpy(link->rest, buffer + taken, link->rest_length);
    uint64_t now = now_ns();
    for (int i = 0; i < count; i++) {
        histogram_add(&acks, now - link->sent_at[link->sent_first]);
        link->sent_first = (link->sent_first + 1) % MOST_IN_FLIGHT;
        link->in_flight--;
    }
    if (count > 0 && measuring)
        send_messages(link, count, now);
}

static void pump(double length)
{
    struct epoll_event events[512];
    for (uint64_t end = now_ns() + (uint64_t)(length * 1e9); now_ns() < end;) {
        int count = epoll_wait(epoll_fd, events, 512, 50);
        for (int i = 0; i < count; i++)
            take(events[i].data.ptr);
    }
}

/* Discarding leaves the bytes in the kernel: what it costs the generator is not what is measured. */
static void transfer(double length)
{
    static size_t at;
    int is_up = strcmp(mode, "up") == 0;
    for (uint64_t end = now_ns() + (uint64_t)(length * 1e9); now_ns() < end;) {
        ssize_t done = is_up ? send(links->fd, frame + at, frame_length - at, MSG_NOSIGNAL)
            : recv(links->fd, NULL, 1 << 20, MSG_TRUNC);
        if (done <= 0)
            fail("the connection ended: %s", done == 0 ? "end of stream" : strerror(errno));
        transferred += (uint64_t)done;
        at = (at + (size_t)done) % frame_length;
    }
}

static void report(struct cost before, struct cost after, struct cost empty)
{
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    printf("{\"mode\":\"%s\",\"seconds\":%.3f,\"server_cpu_us\":%.0f", mode, (after.wall_us - before.wall_us) / 1e6,
           after.cpu_us - before.cpu_us);
    printf(",\"connections\":%d,\"in_flight\":%d,\"size\":%zu,\"bytes\":%llu,\"echoes\":%llu", connection_count,
           in_flight, size, (unsigned long long)transferred, (unsigned long long)acks.total);
    printf(",\"rss_empty_kb\":%.0f,\"rss_after_kb\":%.0f", empty.rss_kb, after.rss_kb);
    if (acks.total)
        printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f", histogram_us(&acks, 0.5), histogram_us(&acks, 0.99),
               (double)acks.max / 1000);
    printf(",\"load_cpu_us\":%.0f}\n", (double)own.ru_utime.tv_sec * 1e6 + (double)own.ru_utime.tv_usec
           + (double)own.ru_stime.tv_sec * 1e6 + (double)own.ru_stime.tv_usec);
}

static void read_options(int argc, char **argv)
{
    static const struct option options[] = {
        { "port", 1, 0, 'p' }, { "pids", 1, 0, 'i' }, { "connections", 1, 0, 'c' }, { "in-flight", 1, 0, 'k' },
        { "size", 1, 0, 's' }, { "seconds", 1, 0, 't' }, { 0 },
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'i': pids = optarg; break;
        case 'c': connection_count = atoi(optarg); break;
        case 'k': in_flight = atoi(optarg); break;
        case 's': size = (size_t)atoll(optarg); break;
        case 't': seconds = atof(optarg); break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind != argc - 1 || port == 0 || connection_count < 1 || in_flight < 1 || in_flight > MOST_IN_FLIGHT
        || size < 1) {
        fputs(usage, stderr);
        exit(2);
    }
    mode = argv[optind];
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    read_options(argc, argv);
    cost_of(pids);
    make_frames();
    int is_bulk = strcmp(mode, "up") == 0 || strcmp(mode, "down") == 0, is_idle = strcmp(mode, "idle") == 0;
    if (!is_bulk && !is_idle && strcmp(mode, "echo") != 0)
        fail("there is no mode %s", mode);
    if (!is_bulk && size > sizeof links->rest - HEAD_MOST)
        fail("messages of %zu bytes are not echoed", size);
    epoll_fd = epoll_create1(0);
    links = calloc((size_t)connection_count, sizeof *links);
    struct cost empty = cost_now();
    for (int i = 0; i < connection_count; i++)
        open_link(&links[i], i);
    measuring = !is_idle;
    for (int i = 0; i < connection_count && !is_bulk; i++)
        send_messages(&links[i], is_idle ? 1 : in_flight, now_ns());
    is_bulk ? transfer(seconds / 4) : pump(is_idle ? 3 : seconds / 4);
    histogram_clear(&acks);
    transferred = 0;
    struct cost before = cost_now();
    is_bulk ? transfer(seconds) : pump(seconds);
    report(before, cost_now(), empty);
    return 0;
}
