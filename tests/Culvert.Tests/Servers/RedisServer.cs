namespace Culvert.Tests.Servers;

/// <summary>A Redis of one test, without files. Tests that need it are skipped where it is not installed.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "/usr/bin/redis-server";

    private readonly string[] _more;
    private ProgramProcess? _process;

    private RedisServer(string[] more)
    {
        _more = more;
    }

    public int Port { get; } = FreePort.Find();

    /// <summary>Starts it with these settings besides.</summary>
    public static async Task<RedisServer> StartAsync(params string[] more)
    {
        Assert.SkipUnless(File.Exists(Program), "redis-server is not installed.");
        var server = new RedisServer(more);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>On the same port, and empty.</summary>
    public async Task StartAgainAsync() => _process = await ProgramProcess.StartAsync(
        user: null,
        Program,
        ["--port", $"{Port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "no", .. _more],
        "Ready to accept connections");

    public async ValueTask DisposeAsync() => await KillAsync();
}
