using System.Net.Sockets;
using Culvert.Client.Messages;

namespace Culvert.Client.Tunnels;

/// <summary>
/// Stands in for <see cref="TcpClient"/> in a program that is written for it: the same calls, blocking ones too, and
/// the connection goes through a tunnel.
/// </summary>
/// <remarks>
/// As there, one reader and one writer at a time. Failures of connecting are a <see cref="SocketException"/> no more
/// but a <see cref="TunnelException"/>, which says more; those of reading and writing are an <see cref="IOException"/>
/// as before.
/// </remarks>
public sealed class TunnelTcpClient : IDisposable
{
    private readonly TunnelSession? _session;
    private DuplexStream? _stream;

    /// <summary>Makes a client that is not connected.</summary>
    /// <param name="session">The tunnel; not disposed of with the client.</param>
    public TunnelTcpClient(TunnelSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
    }

    /// <summary>Makes a client and connects it, blocking.</summary>
    /// <param name="session">The tunnel; not disposed of with the client.</param>
    /// <param name="host">The host as the server knows it; with port 0, a registered name.</param>
    /// <param name="port">1 to 65,535, or 0 for a name.</param>
    /// <exception cref="TunnelException">It is not connected; the code says why.</exception>
    public TunnelTcpClient(TunnelSession session, string host, int port)
        : this(session)
    {
        Connect(host, port);
    }

    internal TunnelTcpClient(DuplexStream stream) => _stream = stream;

    /// <summary>Whether it was connected, and the connection has not ended as far as is known.</summary>
    public bool Connected => _stream is { CanRead: true, End: DuplexStreamEnd.None };

    /// <summary>
    /// How long a blocking read waits, milliseconds; 0, the default, for ever. After it the read throws an
    /// <see cref="IOException"/>, and nothing is lost.
    /// </summary>
    public int ReceiveTimeout
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
            LimitReads();
        }
    }

    /// <summary>Taken for what it is on a TCP connection, and without effect: nothing waits for more to be written.
    /// Default: true.</summary>
    public bool NoDelay { get; set; } = true;

    /// <summary>Connects, blocking.</summary>
    /// <param name="host">The host as the server knows it; with port 0, a registered name.</param>
    /// <param name="port">1 to 65,535, or 0 for a name.</param>
    /// <inheritdoc cref="TunnelTcpClient(TunnelSession, string, int)" path="/exception"/>
    public void Connect(string host, int port) => BlockingCall.Wait(ConnectAsync(host, port));

    /// <summary>Connects.</summary>
    /// <param name="host">The host as the server knows it; with port 0, a registered name.</param>
    /// <param name="port">1 to 65,535, or 0 for a name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="TunnelTcpClient(TunnelSession, string, int)" path="/exception"/>
    public async ValueTask ConnectAsync(string host, int port, CancellationToken cancellationToken = default)
    {
        if (_session is null || _stream is not null)
        {
            throw new InvalidOperationException("The client is connected, or was.");
        }

        var target = port == 0 ? host : TunnelTarget.Join(host, port);
        _stream = await _session.OpenAsync(target, cancellationToken).ConfigureAwait(false);
        LimitReads();
    }

    /// <summary>The stream, which is disposed of with the client.</summary>
    /// <exception cref="InvalidOperationException">It is not connected.</exception>
    public DuplexStream GetStream() =>
        _stream ?? throw new InvalidOperationException("The client is not connected.");

    /// <summary>Ends the direction to the other side, as <c>Client.Shutdown</c> does; reading goes on.</summary>
    /// <param name="how">
    /// <see cref="SocketShutdown.Send"/>. With the others there is nothing more to do: what nobody reads is dropped
    /// when the client is closed.
    /// </param>
    public void Shutdown(SocketShutdown how)
    {
        if (how != SocketShutdown.Receive)
        {
            GetStream().CompleteWrites();
        }
    }

    /// <summary>Closes in order: what was written still goes out.</summary>
    public void Close() => Dispose();

    /// <inheritdoc cref="Close"/>
    public void Dispose() => _stream?.Dispose();

    private void LimitReads()
    {
        if (_stream is { } stream)
        {
            stream.ReadTimeout = ReceiveTimeout == 0 ? Timeout.Infinite : ReceiveTimeout;
        }
    }
}
