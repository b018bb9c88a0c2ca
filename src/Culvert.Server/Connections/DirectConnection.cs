using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Culvert.Server.Connections;

/// <summary>
/// A TCP connection whose output goes straight to the socket; a connection feature, so that a transport finds it after
/// an upgrade.
/// </summary>
/// <param name="input">What the peer sends, as Kestrel's transport receives it.</param>
/// <param name="output">The way to the peer.</param>
internal sealed class DirectConnection(PipeReader input, SocketPipeWriter output) : IDuplexPipe
{
    public PipeReader Input { get; } = input;

    public SocketPipeWriter Output { get; } = output;

    PipeWriter IDuplexPipe.Output => Output;

    /// <summary>
    /// Connection middleware in front of everything else, TLS included. Connections that are no sockets stay as they
    /// are.
    /// </summary>
    public static ConnectionDelegate Use(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            // The writer asks the kernel to take what it can, and never to wait.
            socket.Blocking = false;
            var transport = connection.Transport;
            var direct = new DirectConnection(transport.Input, new SocketPipeWriter(socket, transport.Output));
            connection.Transport = direct;
            connection.Features.Set(direct);
        }

        return next(connection);
    };
}
