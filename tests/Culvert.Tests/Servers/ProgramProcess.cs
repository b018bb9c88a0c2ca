using System.Diagnostics;

namespace Culvert.Tests.Servers;

/// <summary>A server program that a test runs, as a user who is not root.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _reading;
    private readonly List<string> _lines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ProgramProcess(Process process, string readyWord)
    {
        _process = process;
        _reading = Task.WhenAll(
            ReadAsync(process.StandardOutput, readyWord), ReadAsync(process.StandardError, readyWord));
    }

    /// <summary>Starts it and waits until it prints this.</summary>
    public static async Task<ProgramProcess> StartAsync(
        string? user, string program, IEnumerable<string> arguments, string readyWord)
    {
        var child = new ProgramProcess(Launch(user, program, arguments), readyWord);
        var ended = await Task.WhenAny(child._ready.Task, child._reading).WaitAsync(Limit);
        if (ended != child._ready.Task && !child._ready.Task.IsCompleted)
        {
            await child.DisposeAsync();
            throw new InvalidOperationException($"{program} did not start:\n{string.Join('\n', child._lines)}");
        }

        return child;
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task RunAsync(string? user, string program, IEnumerable<string> arguments)
    {
        await using var child = new ProgramProcess(Launch(user, program, arguments), "\n");
        await child._reading.WaitAsync(Limit);
        await child._process.WaitForExitAsync().WaitAsync(Limit);
        Assert.True(child._process.ExitCode == 0, $"{program} failed:\n{string.Join('\n', child._lines)}");
    }

    /// <summary>Ends it as a power cut would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().WaitAsync(Limit);
        await _reading.WaitAsync(Limit);
        _process.Dispose();
    }

    private static Process Launch(string? user, string program, IEnumerable<string> arguments)
    {
        var isRoot = Environment.UserName == "root" && user is not null;
        string[] asUser = isRoot ? [$"--reuid={user}", $"--regid={user}", "--clear-groups", program] : [];
        var start = new ProcessStartInfo(isRoot ? "setpriv" : program, [.. asUser, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        return Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
    }

    /// <summary>Ends when the program does.</summary>
    private async Task ReadAsync(StreamReader reader, string readyWord)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_lines)
            {
                _lines.Add(line);
            }

            if (line.Contains(readyWord, StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }
    }
}
