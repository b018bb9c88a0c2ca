/* The cost of the measured processes, as /proc tells it, and the histogram of latencies. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int process_ids[64], process_count;
static double rss_max, own_max;

void cost_of(const char *pids)
{
    char *copy = strdup(pids);
    for (char *next = strtok(copy, ","); next && process_count < 64; next = strtok(NULL, ","))
        process_ids[process_count++] = atoi(next);
    free(copy);
}

/* utime and stime of all threads of a process, in clock ticks: fields 14 and 15 of /proc/PID/stat. */
static double cpu_ticks(int pid)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        fail("process %d is gone", pid);
    char *rest = fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
    fclose(file);
    unsigned long user = 0, kernel = 0;
    if (!rest || sscanf(rest + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel) != 2)
        fail("%s cannot be read", path);
    return (double)(user + kernel);
}

/* A line of /proc/PID/status, in KB. */
static double status_kb(int pid, const char *name)
{
    char path[64], line[256];
    double value = 0;
    snprintf(path, sizeof path, "/proc/%d/status", pid);
    FILE *file = fopen(path, "r");
    if (!file)
        fail("process %d is gone", pid);
    while (fgets(line, sizeof line, file))
        if (strncmp(line, name, strlen(name)) == 0)
            value = atof(line + strlen(name));
    fclose(file);
    return value;
}

struct cost cost_now(void)
{
    struct cost cost = { 0, 0, 0, (double)now_ns() / 1000 };
    for (int i = 0; i < process_count; i++) {
        double mapped = status_kb(process_ids[i], "RssFile:");
        cost.cpu_us += cpu_ticks(process_ids[i]) * 1e6 / (double)sysconf(_SC_CLK_TCK);
        cost.rss_kb += status_kb(process_ids[i], "VmRSS:");
        cost.own_kb += status_kb(process_ids[i], "VmRSS:") - mapped;
    }
    if (cost.rss_kb > rss_max)
        rss_max = cost.rss_kb;
    if (cost.own_kb > own_max)
        own_max = cost.own_kb;
    return cost;
}

double own_max_kb(void) { return own_max; }

double rss_max_kb(int reset)
{
    double max = rss_max;
    if (reset)
        rss_max = own_max = 0;
    return max;
}

static int bucket_of(uint64_t value)
{
    if (value < 64)
        return (int)value;
    int power = 63 - __builtin_clzll(value);
    return (power - 5) * 64 + (int)(value >> (power - 6) & 63);
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    histogram->counts[bucket_of(value)]++;
    histogram->total++;
    if (value > histogram->max)
        histogram->max = value;
}

/* The upper end of the bucket that holds the quantile, in microseconds. */
double histogram_us(const struct histogram *histogram, double quantile)
{
    uint64_t wanted = (uint64_t)((double)histogram->total * quantile), seen = 0;
    for (int i = 0; i < 64 * 59; i++) {
        seen += histogram->counts[i];
        if (seen > wanted)
            return (i < 64 ? i : (double)((uint64_t)(64 + i % 64 + 1) << (i / 64 - 1))) / 1000;
    }
    return (double)histogram->max / 1000;
}

void histogram_clear(struct histogram *histogram)
{
    memset(histogram, 0, sizeof *histogram);
}
