using System.IO.Pipelines;
using System.Net.Sockets;
using Culvert.Server.Connections;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Pipes;

/// <summary>A client's connection after its upgrade: bytes go from and to its socket past the HTTP server.</summary>
/// <remarks>
/// Whoever owns the connection closes the socket after the leg. From here on the end of the client's side is the leg's
/// to notice, and nobody else's.
/// </remarks>
internal sealed class AcceptedLeg : Leg
{
    private const int Tcp = 6;
    private const int TcpUserTimeout = 18;

    private readonly Socket _socket;
    private readonly SocketPipeReader _input;
    private readonly SocketPipeWriter _output;
    private int _isGone;

    /// <param name="socket">The connection's.</param>
    /// <param name="connection">Its two ways.</param>
    /// <param name="name">For the log.</param>
    public AcceptedLeg(Socket socket, DirectConnection connection, string name)
    {
        _socket = socket;
        _input = connection.Input;
        _output = connection.Output;
        Name = name;
        TcpKeepAlive.Begin(socket);

        // A client that ends its side may still wait for an answer; and each message is passed on where it was heard.
        _input.Ended = null;
        _input.ResumesOnPool = false;
        AllowPauses(socket);
    }

    public override LegKind Kind => LegKind.WebSocketServer;

    public override string Name { get; }

    public override PipeReader Input => _input;

    public override PipeWriter Output => _output;

    public override bool EndedAbnormally => _input.Error != SocketError.Success;

    public override ValueTask FinishAsync()
    {
        _output.ShutdownSend();
        return default;
    }

    public override void Abort()
    {
        if (Interlocked.Exchange(ref _isGone, 1) != 0)
        {
            return;
        }

        try
        {
            // Closing with a linger time of zero sends a reset.
            _socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }

        // Otherwise .NET may shut down first, where a call is under way, and the peer take that for a proper end.
        _socket.Close(timeout: 0);
        _input.Dispose();
    }

    /// <summary>
    /// The listener's limit for peers that vanished is not for this one: Linux counts to it the time for which a peer
    /// that is there takes nothing. The relay's own deadlines, of pings and of stalled readers, find both.
    /// </summary>
    private static void AllowPauses(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(Tcp, TcpUserTimeout, BitConverter.GetBytes(0));
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer is gone already; its leg will say so.
        }
    }

    /// <summary>The relay has read to the client's end; the connection's owner closes the socket.</summary>
    public override ValueTask DisposeAsync()
    {
        _input.ResumesOnPool = true;
        return default;
    }
}
