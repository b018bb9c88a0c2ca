using Culvert.Tests.Servers;

namespace Culvert.Tests.Fanout;

/// <summary>A PostgreSQL that may be ended without anybody else noticing.</summary>
public sealed class PostgresBusServer : IAsyncDisposable
{
    public PostgresServer Server { get; } = new();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
