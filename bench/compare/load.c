/* Load for realtime servers: WebSocket subscribers, publishers over HTTP or WebSocket, idle and stalled connections,
 * and readers of a long stream. It knows no server: requests come from files that bench/compare/run writes, and a
 * message is recognised by the mark in it. Prints one JSON object; see `load --help`. */
#include "peer.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static const char usage[] =
    "usage: load MODE --port N [options]\n"
    "  fanout   publish --burst messages, wait until every subscriber has them, again --rounds times\n"
    "  stall    fanout in which the first subscriber does not read until the end\n"
    "  publish  every publisher sends the next message when an earlier one is answered, for --seconds\n"
    "  idle     open the subscribers and hold them for --seconds\n"
    "  drain    one GET that delivers --marks messages\n"
    "  --host A --port N --pids A,B       the server and its processes, whose CPU time and memory are read\n"
    "  --subscribers N --publishers N     connections of each kind (0, 1)\n"
    "  --upgrade FILE --first FILE        request that opens a WebSocket or stream; text sent on it first\n"
    "  --ready TEXT                       a subscriber is ready when it was sent this; without, when it is open\n"
    "  --request FILE                     what a publisher sends: '@' and 19 digits in it become the time\n"
    "  --websocket                        publishers send the request as a text frame, on an upgraded connection\n"
    "  --in-flight N                      publishes of one WebSocket publisher under way at a time (1, at most 64)\n"
    "  --rounds N --burst N --warmup N    of fanout and stall (100, 1, 10)\n"
    "  --seconds N --marks N --limit N    duration; messages to drain; seconds after which it gives up (60)\n";

static const char *mode, *pids = "";
static int subscriber_count, publisher_count = 1, rounds = 100, burst = 1, warmup = 10, limit = 60, use_websocket;
static double seconds = 5;
static uint64_t marks_wanted, published, deadline;
static struct peer **subscribers, **publishers;
static int request_marks;

static void pump_until(int (*done)(void), const char *what)
{
    uint64_t next_sample = 0;
    while (!done()) {
        peers_pump(100);
        uint64_t now = now_ns();
        if (now > deadline)
            fail("%d s passed while waiting for %s (%llu messages arrived, %llu answers)", limit, what,
                 (unsigned long long)deliveries.total, (unsigned long long)acks.total);
        if (now > next_sample) {
            cost_now();
            next_sample = now + 50000000;
        }
    }
}

static uint64_t pause_end;
static int pause_over(void) { return now_ns() >= pause_end; }

static void pause_for(double length)
{
    pause_end = now_ns() + (uint64_t)(length * 1e9);
    pump_until(pause_over, "a pause");
}

static struct peer **opening;
static int opening_from, opening_to;

static int all_ready(void)
{
    while (opening_from < opening_to && opening[opening_from]->ready)
        opening_from++;
    return opening_from == opening_to;
}

/* Opens connections in groups of 100, each ready before the next: the backlog of a server is not what is measured. */
static struct peer **open_peers(enum role role, int count, int is_stall)
{
    struct peer **peers = calloc((size_t)count + 1, sizeof *peers);
    for (int i = 0; i < count; i++) {
        peers[i] = peer_connect(role, is_stall && i == 0 ? 4096 : 0);
        if (i % 100 == 99 || i == count - 1) {
            opening = peers;
            opening_from = i / 100 * 100;
            opening_to = i + 1;
            pump_until(all_ready, "connections");
        }
    }
    return peers;
}

static uint64_t deliveries_wanted, acks_wanted;
static int round_over(void) { return deliveries.total >= deliveries_wanted && acks.total >= acks_wanted; }

static void run_rounds(int count, int readers)
{
    for (int i = 0; i < count; i++) {
        published += (uint64_t)burst;
        deliveries_wanted += (uint64_t)burst * (uint64_t)request_marks * (uint64_t)readers;
        acks_wanted += (uint64_t)burst;
        int left = burst;
        for (int j = 0; j < publisher_count && left > 0; j++) {
            publishers[j]->to_send = burst / publisher_count + (j < burst % publisher_count) - 1;
            peer_publish(publishers[j]);
            left -= publishers[j]->to_send + 1;
        }
        pump_until(round_over, "a round");
    }
}

static void forget_warmup(void)
{
    histogram_clear(&deliveries);
    histogram_clear(&acks);
    deliveries_wanted = acks_wanted = bytes_in = frames_in = 0;
    rss_max_kb(1);
}

static void report(struct cost before, struct cost after)
{
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    double cpu = after.cpu_us - before.cpu_us;
    printf("{\"mode\":\"%s\",\"seconds\":%.3f", mode, (after.wall_us - before.wall_us) / 1e6);
    printf(",\"server_cpu_us\":%.0f", cpu);
    printf(",\"rss_before_kb\":%.0f,\"rss_after_kb\":%.0f,\"rss_max_kb\":%.0f", before.rss_kb, after.rss_kb,
           rss_max_kb(0));
    printf(",\"own_before_kb\":%.0f,\"own_after_kb\":%.0f,\"own_max_kb\":%.0f", before.own_kb, after.own_kb,
           own_max_kb());
    printf(",\"deliveries\":%llu,\"frames\":%llu,\"bytes\":%llu", (unsigned long long)deliveries.total,
           (unsigned long long)frames_in, (unsigned long long)bytes_in);
    if (deliveries.total)
        printf(",\"delivery_p50_us\":%.1f,\"delivery_p99_us\":%.1f,\"delivery_max_us\":%.1f",
               histogram_us(&deliveries, 0.5), histogram_us(&deliveries, 0.99), (double)deliveries.max / 1000);
    printf(",\"acks\":%llu,\"errors\":%llu", (unsigned long long)acks.total, (unsigned long long)errors);
    if (acks.total)
        printf(",\"ack_p50_us\":%.1f,\"ack_p99_us\":%.1f,\"ack_max_us\":%.1f", histogram_us(&acks, 0.5),
               histogram_us(&acks, 0.99), (double)acks.max / 1000);
    printf(",\"load_cpu_us\":%.0f", (double)own.ru_utime.tv_sec * 1e6 + (double)own.ru_utime.tv_usec
           + (double)own.ru_stime.tv_sec * 1e6 + (double)own.ru_stime.tv_usec);
}

static int stalled_has_all(void) { return subscribers[0]->marks >= published * (uint64_t)request_marks; }

/* The rest have everything; now the stalled one reads what was kept for it, in the log and nowhere else. */
static void release_stalled(void)
{
    uint64_t started = now_ns();
    struct peer *stalled = subscribers[0];
    stalled->stalled = 0;
    peer_watch(stalled);
    pump_until(stalled_has_all, "the stalled subscriber");
    uint64_t took = now_ns() - started;
    pause_for(0.2);
    uint64_t wanted = published * (uint64_t)request_marks;
    printf(",\"stalled_got\":%llu,\"stalled_wanted\":%llu,\"stalled_disorder\":%llu,\"stalled_seconds\":%.3f",
           (unsigned long long)stalled->marks, (unsigned long long)wanted, (unsigned long long)stalled->disorder,
           (double)took / 1e9);
}

static void fanout(int is_stall)
{
    subscribers = open_peers(SUBSCRIBER, subscriber_count, is_stall);
    publishers = open_peers(use_websocket ? WS_PUBLISHER : HTTP_PUBLISHER, publisher_count, 0);
    pause_for(0.3);
    if (is_stall) {
        subscribers[0]->stalled = 1;
        peer_watch(subscribers[0]);
    }
    int readers = subscriber_count - (is_stall ? 1 : 0);
    run_rounds(warmup, readers);
    pause_for(0.2);
    forget_warmup();
    struct cost before = cost_now();
    run_rounds(rounds, readers);
    struct cost after = cost_now();
    report(before, after);
    if (is_stall)
        release_stalled();
}

static void publish(void)
{
    subscribers = open_peers(SUBSCRIBER, subscriber_count, 0);
    publishers = open_peers(use_websocket ? WS_PUBLISHER : HTTP_PUBLISHER, publisher_count, 0);
    pause_for(0.2);
    int at_once = use_websocket ? ws_in_flight : 1;
    for (int i = 0; i < publisher_count; i++) {
        publishers[i]->to_send = 1 << 30;
        for (int j = 0; j < at_once; j++)
            peer_publish(publishers[i]);
    }
    pause_for(seconds / 4);
    forget_warmup();
    struct cost before = cost_now();
    pause_for(seconds);
    struct cost after = cost_now();
    report(before, after);
}

static void idle(void)
{
    struct cost empty = cost_now();
    subscribers = open_peers(SUBSCRIBER, subscriber_count, 0);
    struct cost opened = cost_now();
    pause_for(3);
    struct cost before = cost_now();
    pause_for(seconds);
    struct cost after = cost_now();
    report(before, after);
    printf(",\"rss_empty_kb\":%.0f,\"open_seconds\":%.3f,\"open_cpu_us\":%.0f", empty.rss_kb,
           (opened.wall_us - empty.wall_us) / 1e6, opened.cpu_us - empty.cpu_us);
}

static int all_drained(void) { return deliveries.total >= marks_wanted; }

static void drain(void)
{
    struct cost before = cost_now();
    peer_connect(READER, 0);
    pump_until(all_drained, "the stream");
    report(before, cost_now());
}

static void read_options(int argc, char **argv)
{
    static const struct option options[] = {
        { "host", 1, 0, 'h' }, { "port", 1, 0, 'p' }, { "pids", 1, 0, 'i' }, { "subscribers", 1, 0, 's' },
        { "publishers", 1, 0, 'n' }, { "upgrade", 1, 0, 'u' }, { "first", 1, 0, 'f' }, { "ready", 1, 0, 'y' },
        { "request", 1, 0, 'r' }, { "websocket", 0, 0, 'w' }, { "in-flight", 1, 0, 'k' }, { "rounds", 1, 0, 'o' },
        { "burst", 1, 0, 'b' }, { "warmup", 1, 0, 'a' }, { "seconds", 1, 0, 't' }, { "marks", 1, 0, 'm' },
        { "limit", 1, 0, 'l' }, { 0 },
    };
    const char *host = "127.0.0.1";
    int port = 0, option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'h': host = optarg; break;
        case 'p': port = atoi(optarg); break;
        case 'i': pids = optarg; break;
        case 's': subscriber_count = atoi(optarg); break;
        case 'n': publisher_count = atoi(optarg); break;
        case 'u': upgrade = text_from(optarg); break;
        case 'f': first_frame = text_from(optarg); break;
        case 'y': ready_text = (struct text){ optarg, strlen(optarg) }; break;
        case 'r': request = text_from(optarg); break;
        case 'w': use_websocket = 1; break;
        case 'k': ws_in_flight = atoi(optarg); break;
        case 'o': rounds = atoi(optarg); break;
        case 'b': burst = atoi(optarg); break;
        case 'a': warmup = atoi(optarg); break;
        case 't': seconds = atof(optarg); break;
        case 'm': marks_wanted = (uint64_t)atoll(optarg); break;
        case 'l': limit = atoi(optarg); break;
        default: fputs(usage, stderr); exit(2);
        }
    }
    if (optind != argc - 1 || port == 0 || ws_in_flight < 1 || ws_in_flight > 64 || publisher_count < 1) {
        fputs(usage, stderr);
        exit(2);
    }
    mode = argv[optind];
    peers_start(host, port);
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    read_options(argc, argv);
    cost_of(pids);
    for (size_t i = 0; i < request.length; i++)
        request_marks += request.bytes[i] == '@';
    deadline = now_ns() + (uint64_t)limit * 1000000000u;
    if (strcmp(mode, "fanout") == 0)
        fanout(0);
    else if (strcmp(mode, "stall") == 0)
        fanout(1);
    else if (strcmp(mode, "publish") == 0)
        publish();
    else if (strcmp(mode, "idle") == 0)
        idle();
    else if (strcmp(mode, "drain") == 0)
        drain();
    else
        fail("there is no mode %s", mode);
    puts("}");
    return 0;
}
