/* The reference of the bars: a bare epoll loop that fans out in memory and writes once per message and connection.
 * It does no more than that: no log, no room, no check of what it reads; an upgrade is answered without its accept key.
 * usage: fanout PORT */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST 20000
#define HEAD 4
#define REQUEST_SIZE 65536

static const char upgraded[] = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
static const char published[] = "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
static int subscribers[MOST], place_of[MOST], subscriber_count;
static char *requests[MOST];
static int lengths[MOST];

static void end(int fd)
{
    if (place_of[fd] > 0) {
        int last = subscribers[--subscriber_count];
        subscribers[place_of[fd] - 1] = last;
        place_of[last] = place_of[fd];
        place_of[fd] = 0;
    }
    lengths[fd] = 0;
    close(fd);
}

static void deliver(const char *body, int length)
{
    static char frame[HEAD + REQUEST_SIZE];
    int head = length < 126 ? 2 : 4;
    frame[0] = (char)0x81;
    frame[1] = (char)(length < 126 ? length : 126);
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    memcpy(frame + head, body, (size_t)length);
    for (int i = 0; i < subscriber_count; i++)
        if (send(subscribers[i], frame, (size_t)(head + length), MSG_DONTWAIT | MSG_NOSIGNAL) != head + length)
            shutdown(subscribers[i], SHUT_RDWR); /* a bare loop has no queue: whoever does not read is dropped */
}

/* Handles the first whole request in the buffer of the connection; false when there is none. */
static int handle(int fd)
{
    char *request = requests[fd];
    request[lengths[fd]] = 0;
    char *body = strstr(request, "\r\n\r\n");
    if (!body)
        return 0;
    body += 4;
    char *field = strcasestr(request, "\r\nContent-Length:");
    int length = field && field < body ? atoi(field + 17) : 0, whole = (int)(body - request) + length;
    if (whole > lengths[fd])
        return 0;
    if (request[0] == 'G') {
        subscribers[subscriber_count++] = fd;
        place_of[fd] = subscriber_count;
        send(fd, upgraded, sizeof upgraded - 1, MSG_NOSIGNAL);
    } else {
        deliver(body, length);
        send(fd, published, sizeof published - 1, MSG_NOSIGNAL);
    }
    lengths[fd] -= whole;
    memmove(request, request + whole, (size_t)lengths[fd]);
    return 1;
}

static void take(int fd)
{
    if (!requests[fd])
        requests[fd] = malloc(REQUEST_SIZE);
    ssize_t length = recv(fd, requests[fd] + lengths[fd], (size_t)(REQUEST_SIZE - 1 - lengths[fd]), MSG_DONTWAIT);
    if (length <= 0) {
        end(fd);
        return;
    }
    if (place_of[fd] > 0)
        return; /* what a subscriber says is dropped */
    lengths[fd] += (int)length;
    while (lengths[fd] > 0 && handle(fd))
        ;
}

int main(int argc, char **argv)
{
    int on = 1, listener = socket(AF_INET, SOCK_STREAM, 0), epoll_fd = epoll_create1(0);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argc > 1 ? argv[1] : "0")) };
    inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct epoll_event event = { .events = EPOLLIN, .data.fd = listener }, events[512];
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 4096) < 0) {
        perror("fanout");
        return 1;
    }
    epoll_ctl(epoll_fd, EPOLL_CTL_ADD, listener, &event);
    for (;;) {
        int count = epoll_wait(epoll_fd, events, 512, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd != listener) {
                take(events[i].data.fd);
                continue;
            }
            int fd = accept(listener, NULL, NULL);
            if (fd < 0)
                continue;
            if (fd >= MOST) {
                close(fd);
                continue;
            }
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            event.data.fd = fd;
            epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
        }
    }
}
