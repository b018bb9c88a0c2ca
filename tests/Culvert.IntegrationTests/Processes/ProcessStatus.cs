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

    private static long Read(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status")
            .First(l => l.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(
            line.AsSpan(name.Length).Trim(" \tkB"), CultureInfo.InvariantCulture);
    }
}
