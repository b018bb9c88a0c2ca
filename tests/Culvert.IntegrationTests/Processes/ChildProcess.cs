using System.Diagnostics;

namespace Culvert.IntegrationTests.Processes;

/// <summary>A program that a test runs. It does not outlive the test.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;

    private ChildProcess(Process process)
    {
        _process = process;
        _reading = Task.WhenAll(Output.CopyAsync(process.StandardOutput), Errors.CopyAsync(process.StandardError));
        Exited = ExitAsync();
    }

    /// <summary>What it prints on standard output.</summary>
    public LineLog Output { get; } = new();

    /// <summary>What it prints on standard error.</summary>
    public LineLog Errors { get; } = new();

    /// <summary>Its exit code, once it has ended and all it printed is read. 128 + n after signal n.</summary>
    public Task<int> Exited { get; }

    /// <summary>Its standard input.</summary>
    public StreamWriter Input => _process.StandardInput;

    public int Id => _process.Id;

    /// <summary>Starts a program found by its path or name.</summary>
    public static ChildProcess Start(
        string program,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string?>? variables = null,
        string? directory = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in variables ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start);
        return new ChildProcess(process ?? throw new InvalidOperationException($"{program} did not start"));
    }

    /// <summary>Runs a program to its end and returns it for inspection.</summary>
    public static async Task<ChildProcess> RunAsync(
        TimeSpan limit, string program, IEnumerable<string> arguments)
    {
        var child = Start(program, arguments);
        await using (child)
        {
            child.Input.Close();
            await child.Exited.WaitAsync(limit, TestContext.Current.CancellationToken);
            return child;
        }
    }

    /// <summary>Fails with everything it printed unless it ended with this code.</summary>
    public async Task MustExitAsync(int code, TimeSpan limit)
    {
        var actual = await Exited.WaitAsync(limit, TestContext.Current.CancellationToken);
        Assert.True(actual == code, $"exit code {actual} in place of {code}\n{Output}\n{Errors}");
    }

    /// <summary>Sends a signal by its number.</summary>
    public void Signal(int number) => UnixSignal.Send(_process.Id, number);

    public async ValueTask DisposeAsync()
    {
        if (!Exited.IsCompleted && !_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Exited.WaitAsync(TimeSpan.FromSeconds(20));
        _process.Dispose();
    }

    private async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync();
        await _reading;
        return _process.ExitCode;
    }
}
