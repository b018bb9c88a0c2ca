using System.Net;
using System.Net.Sockets;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Wire;

/// <summary>A WebSocket server without rules of its own, for a gateway to dial.</summary>
internal sealed class RawBackEnd : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    /// <param name="buffer">Size of the kernel's buffers of each connection; 0 leaves them.</param>
    public RawBackEnd(int buffer = 0)
    {
        if (buffer > 0)
        {
            _listener.Server.ReceiveBufferSize = buffer;
            _listener.Server.SendBufferSize = buffer;
        }

        _listener.Start(1024);
        Target = $"ws://{_listener.LocalEndpoint}";
    }

    /// <summary>For the gateway.</summary>
    public string Target { get; }

    /// <summary>The next connection, after its handshake.</summary>
    public async Task<RawWebSocket> AcceptAsync(double seconds = 20)
    {
        var socket = await _listener.AcceptSocketAsync(Bounded.Cancelled).AsTask().Within(seconds);
        socket.NoDelay = true;
        return await RawWebSocket.AcceptAsync(new RawConnection(socket));
    }

    public void Dispose() => _listener.Dispose();
}
