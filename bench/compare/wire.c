/* Both ends of a connection that a relay is in the middle of: bytes without end one way, or one message to and fro.
 * What is counted is what arrived. Prints one JSON object; see `wire --help`. */
#define _GNU_SOURCE
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

static const char usage[] =
    "usage: wire MODE --port N --target N [options]\n"
    "  up       connects to --port, and sends to what then connects to --target, for --seconds after --skip\n"
    "  down     is sent bytes from there\n"
    "  echo     sends --size bytes there, and again when they have come back\n"
    "  --port N --target N --pids A,B --size N --skip N --seconds N\n";

#define BLOCK (256 * 1024)

static const char *mode, *pids = "";
static int port, target;
static size_t size = 128;
static double seconds = 2, skip = 1;
static uint64_t transferred;

static struct sockaddr_in address_of(int number)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)number) };
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    return address;
}

static int ready(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

static int listen_on(int number)
{
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = address_of(number);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        fail("port %d: %s", number, strerror(errno));
    return fd;
}

/* A relay that was started just now may not listen yet. */
static int connect_to(int number)
{
    struct sockaddr_in address = address_of(number);
    for (uint64_t end = now_ns() + 5000000000u;;) {
        int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
            return ready(fd);
        if (now_ns() > end)
            fail("port %d: %s", number, strerror(errno));
        close(fd);
        usleep(10000);
    }
}

static void send_all(int fd, const char *bytes, size_t length)
{
    for (ssize_t sent; length > 0; bytes += sent, length -= (size_t)sent)
        if ((sent = send(fd, bytes, length, MSG_NOSIGNAL)) < 0)
            fail("send: %s", strerror(errno));
}

static void receive_all(int fd, char *bytes, size_t length)
{
    for (ssize_t got; length > 0; bytes += got, length -= (size_t)got)
        if ((got = recv(fd, bytes, length, 0)) <= 0)
            fail("the connection ended: %s", got == 0 ? "end of stream" : strerror(errno));
}

static void *pour(void *end)
{
    static char block[BLOCK];
    memset(block, 'x', sizeof block);
    while (1)
        send_all(*(int *)end, block, sizeof block);
    return NULL;
}

static void *answer(void *end)
{
    char *bytes = malloc(size);
    while (1) {
        receive_all(*(int *)end, bytes, size);
        send_all(*(int *)end, bytes, size);
    }
    return NULL;
}

/* Discarding leaves the bytes in the kernel: what it costs the generator is not what is measured. */
static void drain(int fd, double length)
{
    for (uint64_t end = now_ns() + (uint64_t)(length * 1e9); now_ns() < end;) {
        ssize_t got = recv(fd, NULL, 1 << 20, MSG_TRUNC);
        if (got <= 0)
            fail("the connection ended: %s", got == 0 ? "end of stream" : strerror(errno));
        transferred += (uint64_t)got;
    }
}

static void ask(int fd, double length)
{
    char *sent = malloc(size), *back = malloc(size);
    for (uint64_t at = now_ns(), end = at + (uint64_t)(length * 1e9); at < end;) {
        memset(sent, (int)(at & 0xff), size);
        send_all(fd, sent, size);
        receive_all(fd, back, size);
        if (memcmp(sent, back, size) != 0)
            fail("what came back is not what was sent");
        uint64_t now = now_ns();
        histogram_add(&acks, now - at);
        at = now;
    }
    free(sent);
    free(back);
}

static void report(struct cost before, struct cost after)
{
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    printf("{\"mode\":\"%s\",\"seconds\":%.3f,\"server_cpu_us\":%.0f,\"bytes\":%llu,\"echoes\":%llu", mode,
           (after.wall_us - before.wall_us) / 1e6, after.cpu_us - before.cpu_us, (unsigned long long)transferred,
           (unsigned long long)acks.total);
    if (acks.total)
        printf(",\"p50_us\":%.1f,\"p99_us\":%.1f,\"max_us\":%.1f", histogram_us(&acks, 0.5), histogram_us(&acks, 0.99),
               (double)acks.max / 1000);
    printf(",\"load_cpu_us\":%.0f}\n", (double)own.ru_utime.tv_sec * 1e6 + (double)own.ru_utime.tv_usec
           + (double)own.ru_stime.tv_sec * 1e6 + (double)own.ru_stime.tv_usec);
}

static void read_options(int argc, char **argv)
{
    static const struct option options[] = {
        { "port", 1, 0, 'p' }, { "target", 1, 0, 'g' }, { "pids", 1, 0, 'i' }, { "size", 1, 0, 's' },
        { "skip", 1, 0, 'k' }, { "seconds", 1, 0, 't' }, { 0 },
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'p': port = atoi(optarg); break;
        case 'g': target = atoi(optarg); break;
        case 'i': pids = optarg; break;
        case 's': size = (size_t)atoll(optarg); break;
        case 'k': skip = atof(optarg); break;
        case 't': seconds = atof(optarg); break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind != argc - 1 || port == 0 || target == 0 || size < 1) {
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
    int is_up = strcmp(mode, "up") == 0, is_echo = strcmp(mode, "echo") == 0;
    if (!is_up && !is_echo && strcmp(mode, "down") != 0)
        fail("there is no mode %s", mode);
    int listener = listen_on(target), near = connect_to(port), far = ready(accept(listener, NULL, NULL));
    int receiver = is_up ? far : near, sender = is_up ? near : far;
    cost_of(pids);
    pthread_t thread;
    pthread_create(&thread, NULL, is_echo ? answer : pour, &sender);
    is_echo ? ask(receiver, skip) : drain(receiver, skip);
    histogram_clear(&acks);
    transferred = 0;
    struct cost before = cost_now();
    is_echo ? ask(receiver, seconds) : drain(receiver, seconds);
    report(before, cost_now());
    fflush(stdout);
    /* The other thread goes on until then. */
    _exit(0);
}
