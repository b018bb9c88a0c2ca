using System.Diagnostics;
using System.Text;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics.Metrics;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Hosting;

/// <summary>Answers <c>GET /metrics</c> for owners: what the server counted since its start, and its process.</summary>
internal sealed class MetricsEndpoint(MetricsBoard board)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (await CallerGate.RequireOwnerAsync(context) is null)
        {
            return;
        }

        var text = new StringBuilder(8 * 1024);
        foreach (var family in board.Read())
        {
            MetricsText.Write(text, family);
        }

        WriteProcess(text);
        context.Response.ContentType = MetricsText.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    /// <summary>By the names that every Prometheus client uses, so that ready-made boards show them.</summary>
    private static void WriteProcess(StringBuilder text)
    {
        using var process = Process.GetCurrentProcess();
        var began = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000d;
        MetricsText.Write(
            text,
            "process_cpu_seconds_total",
            MetricKind.Counter,
            "Processor time of user and system, all cores.",
            process.TotalProcessorTime.TotalSeconds);
        MetricsText.Write(
            text, "process_resident_memory_bytes", MetricKind.Gauge, "Memory that is resident.", process.WorkingSet64);
        MetricsText.Write(
            text, "process_start_time_seconds", MetricKind.Gauge, "When the process began, Unix time.", began);
        MetricsText.Write(text, "process_threads", MetricKind.Gauge, "Threads of the process.", process.Threads.Count);
        if (OperatingSystem.IsLinux())
        {
            var handles = Directory.GetFileSystemEntries("/proc/self/fd").Length;
            MetricsText.Write(text, "process_open_fds", MetricKind.Gauge, "Open file descriptors.", handles);
        }

        MetricsText.Write(
            text,
            "dotnet_gc_heap_bytes",
            MetricKind.Gauge,
            "Managed memory that is in use or not yet collected.",
            GC.GetTotalMemory(forceFullCollection: false));
        MetricsText.Write(
            text,
            "dotnet_gc_pause_seconds_total",
            MetricKind.Counter,
            "Time that collections stopped all threads.",
            GC.GetTotalPauseDuration().TotalSeconds);
    }
}
