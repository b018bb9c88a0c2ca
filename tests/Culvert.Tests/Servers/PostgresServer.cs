using Npgsql;

[assembly: AssemblyFixture(typeof(Culvert.Tests.Servers.PostgresServer))]

namespace Culvert.Tests.Servers;

/// <summary>
/// A PostgreSQL of the test run, started by the first test that asks for it. Tests that need it are skipped where
/// Debian's package is not installed.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly SemaphoreSlim _starting = new(1);
    private readonly int _port = FreePort.Find();
    private readonly string _directory = Path.Combine(Path.GetTempPath(), $"culvert-pg-{Guid.NewGuid():N}");
    private ProgramProcess? _process;
    private int _databases;

    private static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending()
            .Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    /// <summary>Makes an empty database; the connection string for it.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        await EnsureAsync();
        var name = $"t{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"create database {name}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ConnectionString(name);
    }

    /// <summary>
    /// Makes an empty schema, which is as good as a database and quicker to make; the connection string for it.
    /// </summary>
    public async Task<string> CreateSchemaAsync()
    {
        await EnsureAsync();
        var name = $"s{Interlocked.Increment(ref _databases)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand($"create schema {name}", connection);
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return ConnectionString("postgres") + $";Search Path={name}";
    }

    /// <summary>Ends it as a crash would. Only where no other test uses it: on a server of one's own.</summary>
    public async Task KillAsync()
    {
        if (_process is { } process)
        {
            _process = null;
            await process.DisposeAsync();
        }
    }

    /// <summary>Starts it, again after <see cref="KillAsync"/>, on the same port with the same data.</summary>
    public async Task EnsureAsync()
    {
        if (Programs is not { } programs)
        {
            Assert.Skip("PostgreSQL is not installed.");
            return;
        }

        await _starting.WaitAsync(TestContext.Current.CancellationToken);
        try
        {
            if (!Directory.Exists(_directory))
            {
                await ProgramProcess.RunAsync(
                    User,
                    Path.Combine(programs, "initdb"),
                    ["-D", _directory, "-U", "culvert", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C"]);
            }

            _process ??= await ProgramProcess.StartAsync(
                User, Path.Combine(programs, "postgres"), Arguments(), "ready to accept connections");
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _starting.Dispose();
        if (Directory.Exists(_directory))
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private string ConnectionString(string database) =>
        $"Host=127.0.0.1;Port={_port};Username=culvert;Database={database};Timeout=10;Command Timeout=10";

    // Nothing here has to survive a power cut.
    private IEnumerable<string> Arguments() =>
    [
        "-D", _directory, "-h", "127.0.0.1", "-p", $"{_port}", "-k", _directory,
        "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=32MB",
    ];
}
