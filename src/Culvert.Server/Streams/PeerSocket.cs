using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Streams;

/// <summary>What only the socket below a request knows. Where there is none, nothing is known.</summary>
internal static class PeerSocket
{
    /// <summary>
    /// The kernel's buffer: what lies in it is stale before the client sees it, and would hide for long that a client
    /// reads nothing. Linux doubles the number.
    /// </summary>
    private const int SendBufferBytes = 64 * 1024;

    private const int ProtocolTcp = 6;
    private const int TcpInfo = 11;
    private const byte StateClosed = 7;

    public static void BoundSendBuffer(HttpContext context)
    {
        // A connection of HTTP/2 carries other requests besides.
        if (!HttpProtocol.IsHttp2(context.Request.Protocol) && SocketOf(context) is { } socket)
        {
            try
            {
                socket.SendBufferSize = SendBufferBytes;
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // Gone already: the stream will notice.
            }
        }
    }

    /// <summary>
    /// Whether the connection was broken off and not closed in order; asked before the server closes its own side.
    /// </summary>
    /// <remarks>
    /// A reset leaves the kernel's connection in the state CLOSE, a FIN in CLOSE_WAIT (tcp(7), struct tcp_info).
    /// Kestrel keeps the difference to itself.
    /// </remarks>
    public static bool WasReset(HttpContext context)
    {
        if (!OperatingSystem.IsLinux() || SocketOf(context) is not { } socket)
        {
            return false;
        }

        try
        {
            Span<byte> info = stackalloc byte[8];
            return socket.GetRawSocketOption(ProtocolTcp, TcpInfo, info) > 0 && info[0] == StateClosed;
        }
        catch (ObjectDisposedException)
        {
            // A close is heard of before the socket goes; only a send that failed takes it away first.
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static Socket? SocketOf(HttpContext context) => context.Features.Get<IConnectionSocketFeature>()?.Socket;
}
