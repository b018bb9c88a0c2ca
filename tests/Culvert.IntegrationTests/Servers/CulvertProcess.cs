using System.Diagnostics;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Servers;

/// <summary>The real server, started as a user starts it, on a free port and a data directory of its own.</summary>
internal sealed class CulvertProcess : IAsyncDisposable
{
    private const string Listening = "listening on ";

    // A hash as slow as in use costs a tenth of a second of a core, and most tests make users and sign them in.
    private static readonly Dictionary<string, string?> CheapPasswords = new()
    {
        ["CULVERT__ACCOUNTS__PASSWORDITERATIONS"] = "10000",
    };

    private readonly ChildProcess _child;
    private readonly IDisposable? _owned;

    private CulvertProcess(ChildProcess child, string data, IDisposable? owned)
    {
        _child = child;
        _owned = owned;
        Data = data;
    }

    public Uri Address { get; private set; } = new("http://invalid/");

    /// <summary>The owner token.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The data directory.</summary>
    public string Data { get; }

    public int Id => _child.Id;

    /// <summary>What it logged.</summary>
    public LineLog Log => _child.Errors;

    /// <summary>Requests as the owner.</summary>
    public Api Owner { get; private set; } = null!; // Set before StartOnAsync returns.

    public static Task<CulvertProcess> StartAsync(params string[] arguments) =>
        StartAsync(new Dictionary<string, string?>(), arguments);

    /// <summary>The same with these settings in its environment.</summary>
    public static async Task<CulvertProcess> StartAsync(
        IReadOnlyDictionary<string, string?> variables, params string[] arguments)
    {
        var data = new TestDirectory();
        try
        {
            var path = data.File("data");
            return await AwaitAsync(Spawn([Programs.Culvert], path, arguments, variables), path, data);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <summary>Starts on a directory that may hold the data of an earlier run; the caller keeps it.</summary>
    public static Task<CulvertProcess> StartOnAsync(string data, params string[] arguments) =>
        AwaitAsync(Launch(data, arguments), data, null);

    /// <summary>Starts a node on this address, with these settings in its environment.</summary>
    public static Task<CulvertProcess> StartOnAsync(
        string data, Uri address, IReadOnlyDictionary<string, string?> variables) =>
        AwaitAsync(
            ChildProcess.Start(
                Programs.Culvert,
                ["serve", "--listen", address.GetLeftPart(UriPartial.Authority), "--data", data],
                variables,
                Path.GetDirectoryName(data)),
            data,
            null);

    /// <summary>Starts another node on the directory of the first, with these settings in its environment.</summary>
    public static Task<CulvertProcess> StartOnAsync(
        string data, IReadOnlyDictionary<string, string?> variables, params string[] arguments) =>
        AwaitAsync(Spawn([Programs.Culvert], data, arguments, variables), data, null);

    /// <summary>Starts through another program that becomes the server, such as env.</summary>
    public static Task<CulvertProcess> StartThroughAsync(string data, params string[] program) =>
        AwaitAsync(Spawn([.. program, Programs.Culvert], data, []), data, null);

    /// <summary>Starts without waiting for anything, for starts that fail or are killed half way.</summary>
    public static ChildProcess Launch(string data, params string[] arguments) =>
        Spawn([Programs.Culvert], data, arguments);

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public Task KillHardAsync()
    {
        _child.Signal(UnixSignal.Kill);
        return _child.Exited.Within(20);
    }

    /// <summary>SIGTERM; returns how long the end took, which must be under 5 s and with exit code 0.</summary>
    public async Task<TimeSpan> TerminateAsync()
    {
        var started = Stopwatch.GetTimestamp();
        _child.Signal(UnixSignal.Terminate);
        var code = await _child.Exited.Within(20);
        var took = Stopwatch.GetElapsedTime(started);
        Assert.True(code == 0, $"exit code {code} after SIGTERM\n{Log}");
        Assert.True(took < TimeSpan.FromSeconds(5), $"the stop took {took.TotalSeconds:0.0} s\n{Log}");
        return took;
    }

    public void Signal(int number) => _child.Signal(number);

    /// <summary>Runs another command of the executable against this server; it finds the token by itself.</summary>
    public ChildProcess Command(string command, params string[] arguments) => ChildProcess.Start(
        Programs.Culvert, [command, .. arguments, "--server", Address.ToString(), "--data", Data]);

    public Uri WebSocketAddress(string pathAndQuery) => new($"ws://{Address.Authority}{pathAndQuery}");

    public async ValueTask DisposeAsync()
    {
        await _child.DisposeAsync();
        Owner?.Dispose();
        if (_owned is not null)
        {
            foreach (var line in Log.Lines.TakeLast(20))
            {
                Bounded.Print($"server: {line}");
            }

            _owned.Dispose();
        }

        MustHaveNoStackTrace(_child);
    }

    /// <summary>An ordinary end is a line of the log, never a trace; and so is a failed start.</summary>
    public static void MustHaveNoStackTrace(ChildProcess child)
    {
        var trace = child.Errors.Lines.Concat(child.Output.Lines)
            .Index()
            .FirstOrDefault(l => l.Item.Contains("   at ", StringComparison.Ordinal));
        Assert.True(trace.Item is null, $"a stack trace in the log:\n{child.Errors}");
    }

    private static ChildProcess Spawn(
        string[] program,
        string data,
        string[] arguments,
        IReadOnlyDictionary<string, string?>? variables = null) =>
        ChildProcess.Start(
            program[0],
            [.. program[1..], "serve", "--listen", "http://127.0.0.1:0", "--data", data, .. arguments],
            CheapPasswords.Concat(variables ?? new Dictionary<string, string?>()).ToDictionary(),
            Path.GetDirectoryName(data));

    private static async Task<CulvertProcess> AwaitAsync(ChildProcess child, string data, IDisposable? owned)
    {
        var server = new CulvertProcess(child, data, owned);
        try
        {
            var line = await server.ListeningAsync();
            server.Address = new Uri(line[Listening.Length..]);
            server.Token = (await File.ReadAllTextAsync(Path.Combine(data, "admin.token"), Bounded.Cancelled)).Trim();
            server.Owner = new Api(server.Address, server.Token);
            return server;
        }
        catch
        {
            await server._child.DisposeAsync();
            throw;
        }
    }

    private async Task<string> ListeningAsync()
    {
        try
        {
            return await _child.Output
                .FirstAsync(l => l.StartsWith(Listening, StringComparison.Ordinal))
                .Within(30);
        }
        catch (InvalidOperationException)
        {
            throw new InvalidOperationException($"the server did not start:\n{Log}");
        }
    }
}
