using System.Globalization;

namespace Culvert.IntegrationTests.Processes;

/// <summary>What the system knows of a running program (proc(5)).</summary>
internal static class ProcessStatus
{
    /// <summary>Memory in RAM, bytes.</summary>
    public static long Resident(int process) => Read(process, "VmRSS:");

    /// <summary>As <see cref="Resident"/> without what is mapped from files: what the program itself holds.</summary>
    public static long Anonymous(int process) => Read(process, "RssAnon:");

    /// <summary>Open files, sockets and whatever else has a descriptor.</summary>
    public static int Handles(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;

    /// <summary>
    /// <see cref="Handles"/> when they are no more than that, or when their number stays the same for a second: what is
    /// closed last is closed after everybody heard of its end.
    /// </summary>
    public static async Task<int> SettledHandlesAsync(int process, int most = 0)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var (last, same) = (-1, 0);
        for (var i = 0; i < 200 && same < 10; i++)
        {
            await pace.WaitForNextTickAsync(Bounded.Cancelled);
            var now = Handles(process);
            (last, same) = (now, now == last ? same + 1 : 0);
            if (now <= most)
            {
                break;
            }
        }

        return last;
    }

    private static long Read(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.AsSpan(name.Length).Trim(" \tkB"), CultureInfo.InvariantCulture);
    }
}
