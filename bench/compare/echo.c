/* The back end behind the gateways: a WebSocket server that sends every message back, throws away what it gets, or
 * sends without end, as the query of the request says: ?echo, ?sink or ?source=BYTES. Reads and writes whole batches.
 * usage: echo PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define INPUT_SIZE (256 * 1024)
#define FRAME_MOST (2 * 1024 * 1024)

enum kind { OPENING, ECHO, SINK, SOURCE };

static struct connection {
    enum kind kind;
    char *kept;       /* a request or frame that is not whole yet */
    size_t kept_length, kept_size;
    size_t frame_length, sent; /* of a source: its frame, and how much of it went out */
} connections[MOST];

static char input[INPUT_SIZE + FRAME_MOST], frame[FRAME_MOST];
static int epoll_fd;

static void end(int fd)
{
    free(connections[fd].kept);
    connections[fd] = (struct connection){ 0 };
    close(fd);
}

static uint32_t rotate(uint32_t value, int count) { return value << count | value >> (32 - count); }

/* SHA-1 (RFC 3174) of a text of at most 119 bytes: the only hash that a handshake needs. */
static void sha1(const char *text, unsigned char digest[20])
{
    uint32_t h[5] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0 }, w[80];
    size_t length = strlen(text), padded = length < 56 ? 64 : 128;
    unsigned char block[128] = { 0 };
    memcpy(block, text, length);
    block[length] = 0x80;
    block[padded - 2] = (unsigned char)(length >> 5);
    block[padded - 1] = (unsigned char)(length << 3);
    for (unsigned char *at = block; at < block + padded; at += 64) {
        uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 80; i++) {
            w[i] = i < 16 ? (uint32_t)at[4 * i] << 24 | (uint32_t)at[4 * i + 1] << 16 | (uint32_t)at[4 * i + 2] << 8
                    | at[4 * i + 3]
                : rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
            uint32_t mix = i < 20 ? ((b & c) | (~b & d)) + 0x5a827999
                : i < 40 ? (b ^ c ^ d) + 0x6ed9eba1
                : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc
                : (b ^ c ^ d) + 0xca62c1d6;
            uint32_t next = rotate(a, 5) + mix + e + w[i];
            e = d, d = c, c = rotate(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++)
        digest[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)));
}

/* The value of Sec-WebSocket-Accept for a key of 24 characters (RFC 6455 §4.2.2). */
static void accept_key(const char *key, char value[29])
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[64];
    unsigned char digest[21] = { 0 };
    snprintf(text, sizeof text, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1(text, digest);
    for (int i = 0; i < 28; i++) {
        int bits = digest[i * 6 / 8] << 8 | digest[i * 6 / 8 + 1];
        value[i] = i == 27 ? '=' : digits[bits >> (10 - i * 6 % 8) & 63];
    }
    value[28] = 0;
}

static size_t write_head(char *to, int opcode, size_t length)
{
    size_t head = length < 126 ? 2 : length < 65536 ? 4 : 10;
    to[0] = (char)(0x80 | opcode);
    to[1] = (char)(length < 126 ? length : length < 65536 ? 126 : 127);
    for (size_t i = 2; i < head; i++)
        to[i] = (char)((uint64_t)length >> 8 * (head - 1 - i));
    return head;
}

static void pour(int fd)
{
    struct connection *connection = &connections[fd];
    for (int i = 0; i < 16; i++) {
        ssize_t sent = send(fd, frame + connection->sent, connection->frame_length - connection->sent,
                            MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent < 0)
            return;
        connection->sent = (connection->sent + (size_t)sent) % connection->frame_length;
    }
}

/* Answers a request when it is whole. The frames of all sources are the same, so one buffer serves them. */
static void open_connection(int fd, char *request, size_t length)
{
    struct connection *connection = &connections[fd];
    char *key = memmem(request, length, "\r\n\r\n", 4) ? strcasestr(request, "\r\nSec-WebSocket-Key: ") : NULL;
    char value[29], answer[256], *source = strstr(request, "?source=");
    if (!key)
        return;
    accept_key(key + 21, value);
    snprintf(answer, sizeof answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    "Sec-WebSocket-Accept: %s\r\n\r\n", value);
    connection->kept_length = 0;
    connection->kind = source ? SOURCE : strstr(request, "?sink") ? SINK : ECHO;
    send(fd, answer, strlen(answer), MSG_NOSIGNAL);
    if (source) {
        size_t size = (size_t)atoi(source + 8), head = write_head(frame, 2, size);
        connection->frame_length = head + size;
        epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &(struct epoll_event){ .events = EPOLLIN | EPOLLOUT, .data.fd = fd });
    }
}

/* Turns the masked frames in the input into unmasked ones in their place, which are four bytes shorter each. */
static size_t turn(char *bytes, size_t length, size_t *answered)
{
    size_t from = 0, to = 0;
    while (length - from >= 6) {
        unsigned char *at = (unsigned char *)bytes + from;
        size_t code = at[1] & 127, head = code < 126 ? 2 : code == 126 ? 4 : 10, size = code < 126 ? code : 0;
        if (length - from < head + 4)
            break;
        for (size_t i = 2; i < head; i++)
            size = size << 8 | at[i];
        if (length - from < head + 4 + size)
            break;
        char mask[4], *payload = bytes + from + head + 4;
        int opcode = (at[0] & 15) == 9 ? 10 : at[0] & 15;
        memcpy(mask, at + head, 4);
        size_t new_head = write_head(bytes + to, opcode, size);
        for (size_t i = 0; i < size; i++)
            bytes[to + new_head + i] = payload[i] ^ mask[i & 3];
        to += new_head + size;
        from += head + 4 + size;
    }
    *answered = to;
    return from;
}

static void keep(struct connection *connection, const char *bytes, size_t length)
{
    if (length > connection->kept_size) {
        connection->kept = realloc(connection->kept, length + 1);
        connection->kept_size = length;
    }
    if (length > 0)
        memcpy(connection->kept, bytes, length);
    connection->kept_length = length;
}

/* A client that does not read holds all up: this is a back end of a comparison, and its clients read. */
static void send_all(int fd, const char *bytes, size_t length)
{
    for (ssize_t sent; length > 0; bytes += sent, length -= (size_t)sent)
        if ((sent = send(fd, bytes, length, MSG_NOSIGNAL)) < 0)
            return;
}

static void take(int fd)
{
    struct connection *connection = &connections[fd];
    if (connection->kind == SINK) {
        for (int i = 0; i < 16; i++) {
            ssize_t length = recv(fd, NULL, 1 << 20, MSG_DONTWAIT | MSG_TRUNC);
            if (length == 0)
                end(fd);
            if (length <= 0)
                return;
        }
        return;
    }
    size_t kept = connection->kept_length, answered;
    if (kept > 0)
        memcpy(input, connection->kept, kept);
    ssize_t length = kept > FRAME_MOST - 1 ? 0 : recv(fd, input + kept, INPUT_SIZE, MSG_DONTWAIT);
    if (length <= 0) {
        end(fd);
        return;
    }
    size_t whole = kept + (size_t)length;
    if (connection->kind == OPENING) {
        input[whole] = 0;
        keep(connection, input, whole);
        open_connection(fd, input, whole);
    } else if (connection->kind == ECHO) {
        size_t taken = turn(input, whole, &answered);
        keep(connection, input + taken, whole - taken);
        send_all(fd, input, answered);
    }
}

int main(int argc, char **argv)
{
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "0")) };
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[512];
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) {
        perror("echo");
        return 1;
    }
    epoll_fd = epoll_create1(0);
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll_fd, events, 512, -1);
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            if (fd != listener) {
                if (events[i].events & EPOLLOUT)
                    pour(fd);
                if (events[i].events & ~(unsigned)EPOLLOUT)
                    take(fd);
            } else if ((fd = accept(listener, NULL, NULL)) >= MOST) {
                close(fd);
            } else if (fd >= 0) {
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
                event.data.fd = fd;
                epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
            }
        }
    }
}
