using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Culvert.Server.Front;

/// <summary>
/// A port. Accepts connections, lets the front serve them, and gives the HTTP server those with a request for the
/// application.
/// </summary>
internal sealed class FrontListener : IConnectionListener
{
    /// <summary>Connections that the kernel keeps until they are accepted; its own limit may be lower.</summary>
    private const int Backlog = 4096;

    /// <summary>How long nothing is accepted when the system cannot, such as for want of descriptors.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections accepted in a row before those that are open have their turn.</summary>
    private const int AcceptedInARow = 256;

    private readonly FrontServer _server;
    private readonly TimeProvider _time;
    private readonly Socket _socket;
    private readonly Channel<FrontConnection> _waiting = Channel.CreateUnbounded<FrontConnection>(
        new UnboundedChannelOptions { SingleReader = true });
    private Task _accepting = Task.CompletedTask;

    private FrontListener(FrontServer server, Socket socket)
    {
        _server = server;
        _time = server.Time;
        _socket = socket;
        EndPoint = socket.LocalEndPoint ?? throw new InvalidOperationException("A bound socket has an address.");
    }

    public EndPoint EndPoint { get; }

    /// <summary>Not a page: it is said without waiting, so it has to fit into an empty send buffer.</summary>
    private static ReadOnlySpan<byte> Full =>
        "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"u8
        + "Connection: close\r\nRetry-After: 1\r\n\r\n"u8;

    /// <exception cref="AddressInUseException">Another program has the port.</exception>
    public static FrontListener Bind(FrontServer server, IPEndPoint endpoint)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (endpoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            ListenerTuning.Apply(socket);
            socket.Bind(endpoint);
            socket.Listen(Backlog);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            socket.Dispose();
            throw new AddressInUseException(exception.Message, exception);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        var listener = new FrontListener(server, socket);
        listener._accepting = listener.AcceptAllAsync();
        return listener;
    }

    /// <summary>The next connection for the HTTP server; null when there will be none.</summary>
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

    /// <summary>Called by a connection that the HTTP server is to have. False when it takes no more.</summary>
    public bool TryHandOver(FrontConnection connection) => _waiting.Writer.TryWrite(connection);

    /// <summary>Accepts no more, and waits until what the front itself is answering is out.</summary>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _socket.Dispose();
        await _accepting;
        _server.Connections.ForEach(static connection => connection.Drain());
        try
        {
            await _server.Connections.WhenPassedAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The time is up. What is still open is closed when the listener is disposed.
        }

        _waiting.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _accepting;
        _waiting.Writer.TryComplete();
        _server.Connections.ForEach(static connection => connection.Close());
        while (_waiting.Reader.TryRead(out var connection))
        {
            connection.Close();
        }
    }

    /// <summary>Ends when the socket is closed.</summary>
    private async Task AcceptAllAsync()
    {
        var inARow = 0;
        while (true)
        {
            try
            {
                var accepting = _socket.AcceptAsync();
                inARow = accepting.IsCompleted ? inARow + 1 : 0;
                Begin(await accepting);
                if (inARow == AcceptedInARow)
                {
                    inARow = 0;
                    await Task.Yield();
                }
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.OperationAborted)
            {
                return;
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                // Connections that end give descriptors back, so it is worth another try, but not at once.
                _server.ReportAccept(exception);
                await Task.Delay(AcceptPause, _time);
            }
        }
    }

    private void Begin(Socket socket)
    {
        socket.Blocking = false;
        var connection = new FrontConnection(_server, this, socket);
        if (_server.Connections.TryAdd(connection))
        {
            connection.Start();
            return;
        }

        // As well as it can be said without waiting: nobody of those who are served is to suffer for it.
        connection.SayNow(Full);
        connection.Close();
    }
}
