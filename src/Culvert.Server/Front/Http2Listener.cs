using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Server.Front;

/// <summary>Gives the HTTP server the connections that speak HTTP/2. Without TLS only their first bytes tell.</summary>
internal sealed class Http2Listener : IConnectionListener
{
    // What waits here is an open connection, and those are counted.
    private readonly Channel<FrontConnection> _waiting = Channel.CreateUnbounded<FrontConnection>(
        new UnboundedChannelOptions { SingleReader = true });

    public EndPoint EndPoint => Http2EndPoint.Instance;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_waiting.Reader.TryRead(out var connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>False when the HTTP server takes no more.</summary>
    public bool TryHandOver(FrontConnection connection) => _waiting.Writer.TryWrite(connection);

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _waiting.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        while (_waiting.Reader.TryRead(out var connection))
        {
            connection.Close();
        }

        return ValueTask.CompletedTask;
    }
}
