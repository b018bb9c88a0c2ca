#define _GNU_SOURCE
#include "peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define HEAD_SIZE 65536

struct histogram deliveries, acks;
uint64_t bytes_in, frames_in, errors;
struct text upgrade, first_frame, ready_text, request;
int ws_in_flight = 1;

static const char ack_text[] = "\"re\":";
static struct sockaddr_in server;
static int epoll_fd, connected;
static char buffer[256 * 1024];

uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fputs("load: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    exit(1);
}

struct text text_from(const char *path)
{
    struct text text = { NULL, 0 };
    FILE *file = fopen(path, "rb");
    if (!file)
        fail("%s: %s", path, strerror(errno));
    fseek(file, 0, SEEK_END);
    text.length = (size_t)ftell(file);
    rewind(file);
    text.bytes = malloc(text.length + 1);
    if (fread(text.bytes, 1, text.length, file) != text.length)
        fail("%s: cannot be read", path);
    text.bytes[text.length] = 0;
    fclose(file);
    return text;
}

void peers_start(const char *host, int port)
{
    server.sin_family = AF_INET;
    server.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, host, &server.sin_addr) != 1)
        fail("%s is not an IPv4 address", host);
    epoll_fd = epoll_create1(0);
}

/* Connections come from several loopback addresses, so that ports do not run out. */
static void bind_source(int fd)
{
    int on = 1;
    struct sockaddr_in source = { .sin_family = AF_INET };
    source.sin_addr.s_addr = htonl(0x7f000002u + (uint32_t)(connected++ % 8));
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&source, sizeof source) < 0)
        fail("bind: %s", strerror(errno));
}

/* Connecting blocks: on loopback it takes microseconds, and the set-up is not measured. */
struct peer *peer_connect(enum role role, int receive_buffer)
{
    int on = 1;
    struct peer *peer = calloc(1, sizeof *peer);
    peer->role = role;
    peer->digits = -1;
    peer->head = malloc(HEAD_SIZE);
    peer->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (peer->fd < 0)
        fail("socket: %s", strerror(errno));
    bind_source(peer->fd);
    if (receive_buffer)
        setsockopt(peer->fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    setsockopt(peer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(peer->fd, (struct sockaddr *)&server, sizeof server) < 0)
        fail("connect: %s", strerror(errno));
    peer_watch(peer);
    if (role == HTTP_PUBLISHER)
        peer->open = peer->ready = 1;
    else
        peer_send(peer, upgrade.bytes, upgrade.length);
    return peer;
}

void peer_watch(struct peer *peer)
{
    struct epoll_event event = { .events = EPOLLIN, .data.ptr = peer };
    epoll_ctl(epoll_fd, peer->stalled ? EPOLL_CTL_DEL : EPOLL_CTL_ADD, peer->fd, &event);
}

void peer_send(struct peer *peer, const void *bytes, size_t length)
{
    const char *next = bytes;
    while (length > 0) {
        ssize_t sent = send(peer->fd, next, length, MSG_NOSIGNAL);
        if (sent < 0)
            fail("send: %s", strerror(errno));
        next += sent;
        length -= (size_t)sent;
    }
}

/* The masking key is zero, which is a valid key and leaves the payload as it is. */
static void send_frame(struct peer *peer, int opcode, const void *payload, size_t length)
{
    unsigned char head[14] = { (unsigned char)(0x80 | opcode) };
    size_t head_length = 2;
    if (length < 126) {
        head[1] = (unsigned char)(0x80 | length);
    } else if (length < 65536) {
        head[1] = 0x80 | 126;
        head[2] = (unsigned char)(length >> 8);
        head[3] = (unsigned char)length;
        head_length = 4;
    } else {
        fail("a frame of %zu bytes is not supported", length);
    }
    static char frame[65536 + 14];
    memset(head + head_length, 0, 4);
    memcpy(frame, head, head_length + 4);
    memcpy(frame + head_length + 4, payload, length);
    peer_send(peer, frame, head_length + 4 + length);
}

/* Sends the request once more, with the time in every mark of it. */
void peer_publish(struct peer *peer)
{
    uint64_t now = now_ns();
    char digits[MARK_DIGITS + 2];
    snprintf(digits, sizeof digits, "%0*llu", MARK_DIGITS, (unsigned long long)now);
    char *end = request.bytes + request.length;
    for (char *at = request.bytes; (at = memchr(at, '@', (size_t)(end - at))) != NULL; at += MARK_DIGITS)
        memcpy(at + 1, digits, MARK_DIGITS);
    peer->sent_at[(peer->sent_first + peer->in_flight++) % 64] = now;
    if (peer->role == WS_PUBLISHER)
        send_frame(peer, 1, request.bytes, request.length);
    else
        peer_send(peer, request.bytes, request.length);
}

static void acked(struct peer *peer, uint64_t now)
{
    if (peer->in_flight == 0)
        fail("an answer to nothing");
    histogram_add(&acks, now - peer->sent_at[peer->sent_first]);
    peer->sent_first = (peer->sent_first + 1) % 64;
    peer->in_flight--;
    if (peer->to_send > 0) {
        peer->to_send--;
        peer_publish(peer);
    }
}

static int matches(struct peer *peer, char c, const char *text, size_t length)
{
    if (c == text[peer->matched])
        peer->matched++;
    else
        peer->matched = c == text[0];
    if ((size_t)peer->matched < length)
        return 0;
    peer->matched = 0;
    return 1;
}

static void count_marks(struct peer *peer, const char *bytes, size_t length, uint64_t now)
{
    const char *end = bytes + length;
    while (bytes < end) {
        if (peer->digits < 0) {
            bytes = memchr(bytes, '@', (size_t)(end - bytes));
            if (!bytes)
                return;
            bytes++;
            peer->digits = 0;
            peer->mark = 0;
            continue;
        }
        if (*bytes < '0' || *bytes > '9') {
            peer->digits = -1;
            continue;
        }
        peer->mark = peer->mark * 10 + (uint64_t)(*bytes++ - '0');
        if (++peer->digits == MARK_DIGITS) {
            peer->digits = -1;
            peer->marks++;
            peer->disorder += peer->mark < peer->last_mark;
            peer->last_mark = peer->mark;
            histogram_add(&deliveries, now - peer->mark);
        }
    }
}

static void take_payload(struct peer *peer, const char *bytes, size_t length, uint64_t now)
{
    if (peer->role == WS_PUBLISHER) {
        for (size_t i = 0; i < length; i++)
            if (matches(peer, bytes[i], ack_text, sizeof ack_text - 1))
                acked(peer, now);
        errors += memmem(bytes, length, "\"err\":", 6) != NULL;
        return;
    }
    for (size_t i = 0; i < length && !peer->ready; i++)
        peer->ready = matches(peer, bytes[i], ready_text.bytes, ready_text.length);
    count_marks(peer, bytes, length, now);
}

static int take_frame_head(struct peer *peer, unsigned char c)
{
    peer->frame[peer->frame_length++] = c;
    if (peer->frame_length < 2)
        return 0;
    int code = peer->frame[1] & 127, extra = code == 126 ? 2 : code == 127 ? 8 : 0;
    if (peer->frame_length < 2 + extra)
        return 0;
    peer->payload_left = extra ? 0 : (uint64_t)code;
    for (int i = 0; i < extra; i++)
        peer->payload_left = peer->payload_left << 8 | peer->frame[2 + i];
    peer->opcode = peer->frame[0] & 15;
    peer->control_length = 0;
    frames_in++;
    return 1;
}

static void take_frames(struct peer *peer, const char *bytes, size_t length, uint64_t now)
{
    for (size_t at = 0; at < length;) {
        if (peer->payload_left == 0 && !take_frame_head(peer, (unsigned char)bytes[at++]))
            continue;
        size_t part = length - at < peer->payload_left ? length - at : (size_t)peer->payload_left;
        if (peer->opcode >= 8) {
            memcpy(peer->control + peer->control_length, bytes + at, part);
            peer->control_length += (int)part;
        } else {
            take_payload(peer, bytes + at, part, now);
        }
        at += part;
        peer->payload_left -= part;
        if (peer->payload_left > 0)
            continue;
        peer->frame_length = 0;
        if (peer->opcode == 8)
            fail("the server closed a WebSocket: %.*s", peer->control_length, (char *)peer->control);
        if (peer->opcode == 9)
            send_frame(peer, 10, peer->control, (size_t)peer->control_length);
    }
}

static int hex_value(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* A stream comes in chunks, which end anywhere in a message. Their sizes stand in lines of their own; the empty line
 * behind a chunk is a size without digits. */
static void take_chunks(struct peer *peer, const char *bytes, size_t length, uint64_t now)
{
    for (size_t at = 0; at < length;) {
        if (!peer->in_chunk) {
            char c = bytes[at++];
            if (c == '\n')
                peer->in_chunk = peer->payload_left > 0;
            else if (hex_value(c) >= 0)
                peer->payload_left = peer->payload_left << 4 | (uint64_t)hex_value(c);
            continue;
        }
        size_t part = length - at < peer->payload_left ? length - at : (size_t)peer->payload_left;
        count_marks(peer, bytes + at, part, now);
        at += part;
        peer->payload_left -= part;
        peer->in_chunk = peer->payload_left > 0;
    }
}

/* Length of the first whole HTTP answer in the head buffer, or 0. An upgrade's answer ends with its head. */
static int answer_length(struct peer *peer)
{
    char *head = peer->head;
    head[peer->head_length] = 0;
    char *end = strstr(head, "\r\n\r\n");
    if (!end)
        return 0;
    int length = (int)(end + 4 - head);
    if (!peer->open)
        return length;
    char *field = strcasestr(head, "\r\nContent-Length:");
    if (field && field < end)
        length += atoi(field + 17);
    else if (strcasestr(head, "chunked") && !(end = strstr(end, "\r\n0\r\n\r\n")))
        return 0;
    else if (strcasestr(head, "chunked"))
        length = (int)(end + 7 - head);
    return length <= peer->head_length ? length : 0;
}

static void take_answers(struct peer *peer, uint64_t now)
{
    int length;
    while ((length = answer_length(peer)) > 0) {
        int status = peer->head_length > 12 ? atoi(peer->head + 9) : 0;
        if (status / 100 != 2 && errors++ == 0)
            fprintf(stderr, "load: refused: %.*s\n", length < 400 ? length : 400, peer->head);
        memmove(peer->head, peer->head + length, (size_t)(peer->head_length - length));
        peer->head_length -= length;
        acked(peer, now);
    }
}

static void take_opening(struct peer *peer, uint64_t now)
{
    int length = answer_length(peer);
    if (length == 0)
        return;
    int wanted = peer->role == READER ? 200 : 101;
    if (atoi(peer->head + 9) != wanted)
        fail("not opened: %.*s", length, peer->head);
    char *rest = peer->head + length;
    int rest_length = peer->head_length - length;
    peer->open = 1;
    peer->ready = ready_text.length == 0 || peer->role != SUBSCRIBER;
    if (peer->role == READER)
        take_chunks(peer, rest, (size_t)rest_length, now);
    else
        take_frames(peer, rest, (size_t)rest_length, now);
    free(peer->head);
    peer->head = NULL;
    if (first_frame.length > 0 && peer->role == SUBSCRIBER)
        send_frame(peer, 1, first_frame.bytes, first_frame.length);
}

static void take(struct peer *peer)
{
    int is_head = peer->head != NULL;
    char *target = is_head ? peer->head + peer->head_length : buffer;
    size_t room = is_head ? (size_t)(HEAD_SIZE - 1 - peer->head_length) : sizeof buffer;
    if (room == 0)
        fail("an answer is longer than %d bytes", HEAD_SIZE);
    ssize_t length = recv(peer->fd, target, room, MSG_DONTWAIT);
    if (length < 0 && errno == EAGAIN)
        return;
    if (length <= 0)
        fail("a connection ended: %s", length == 0 ? "end of stream" : strerror(errno));
    uint64_t now = now_ns();
    bytes_in += (uint64_t)length;
    if (is_head) {
        peer->head_length += (int)length;
        if (peer->role == HTTP_PUBLISHER)
            take_answers(peer, now);
        else
            take_opening(peer, now);
    } else if (peer->role == READER) {
        take_chunks(peer, buffer, (size_t)length, now);
    } else {
        take_frames(peer, buffer, (size_t)length, now);
    }
}

void peers_pump(int timeout_ms)
{
    struct epoll_event events[1024];
    int count = epoll_wait(epoll_fd, events, 1024, timeout_ms);
    for (int i = 0; i < count; i++)
        take(events[i].data.ptr);
}
