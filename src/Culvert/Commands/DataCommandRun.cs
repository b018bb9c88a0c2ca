using Culvert.Terminals;

namespace Culvert.Commands;

/// <summary>What backup and verify share: progress for a person, the report, the exit code.</summary>
internal static class DataCommandRun
{
    /// <summary>Runs the work on a data directory or backup and prints its report.</summary>
    public static async Task<int> RunAsync(
        Terminal terminal, string path, Func<string, IProgress<double>?, Task<DataReport>> work)
    {
        var full = Path.GetFullPath(path, terminal.WorkingDirectory);
        if (!Path.Exists(full))
        {
            throw new IOException($"there is no {path}; name the data with --data");
        }

        return await RunAsync(terminal, progress => work(full, progress));
    }

    /// <summary>Runs work that knows by itself what it is about, and prints its report.</summary>
    public static async Task<int> RunAsync(
        Terminal terminal, Func<IProgress<double>?, Task<DataReport>> work)
    {
        using var line = terminal.ErrorIsTerminal ? new ProgressLine(terminal) : null;
        var report = await work(line);
        line?.Clear();
        foreach (var problem in report.Problems)
        {
            terminal.WriteErrorLine(problem);
        }

        terminal.WriteLine(report.Summary);
        return report.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
