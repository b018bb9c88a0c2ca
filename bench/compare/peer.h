/* What the load generator knows about the servers it measures: sockets, HTTP/1.1 answers, WebSocket frames, and the
 * cost of a process as /proc tells it. One thread, one epoll, global state: this is a tool, not a library. */
#ifndef PEER_H
#define PEER_H

#include <stddef.h>
#include <stdint.h>

/* A message carries when it was published: '@' and 19 digits of CLOCK_MONOTONIC nanoseconds. */
#define MARK_DIGITS 19

enum role { SUBSCRIBER, HTTP_PUBLISHER, WS_PUBLISHER, READER };

struct text { char *bytes; size_t length; };

struct peer {
    int fd;
    enum role role;
    int open;             /* the HTTP answer that opens it was read */
    int ready;            /* the server said that what is published from now on arrives */
    int stalled;          /* is not read from */
    char *head;           /* HTTP bytes that are not understood yet */
    int head_length;
    unsigned char frame[14];
    int frame_length, opcode;
    int in_chunk;
    uint64_t payload_left; /* of a frame, or of a chunk of a stream */
    unsigned char control[125];
    int control_length;
    int matched;          /* bytes of the awaited text seen so far */
    int digits;           /* digits of a mark seen so far, -1 outside of a mark */
    uint64_t mark, last_mark, marks, disorder;
    int in_flight, to_send;
    uint64_t sent_at[64]; /* ring of publishes in flight, oldest at sent_first */
    int sent_first;
};

/* Log-linear histogram of nanoseconds: 64 steps per power of two, so a percentile is right to 1.6 %. */
struct histogram { uint64_t counts[64 * 64], total, max; };

/* CPU time; resident memory, and the part of it that is not a mapped file. */
struct cost { double cpu_us, rss_kb, own_kb, wall_us; };

extern struct histogram deliveries, acks;
extern uint64_t bytes_in, frames_in, errors;
extern struct text upgrade, first_frame, ready_text, request;
extern int ws_in_flight;

uint64_t now_ns(void);
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
struct text text_from(const char *path);

void peers_start(const char *host, int port);
struct peer *peer_connect(enum role role, int receive_buffer);
void peer_watch(struct peer *peer);
void peer_send(struct peer *peer, const void *bytes, size_t length);
void peer_publish(struct peer *peer);
void peers_pump(int timeout_ms);

void histogram_add(struct histogram *histogram, uint64_t value);
double histogram_us(const struct histogram *histogram, double quantile);
void histogram_clear(struct histogram *histogram);

void cost_of(const char *pids);
struct cost cost_now(void);
double rss_max_kb(int reset);
double own_max_kb(void);

#endif
