using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Lets the kernel ask whether a silent peer is still there: bytes have no pings of their own.</summary>
internal static class TcpKeepAlive
{
    private const int IdleSeconds = 20;
    private const int ProbeSeconds = 5;
    private const int Probes = 4;

    /// <summary>From now on a peer whose machine or network is gone breaks the connection within 40 s.</summary>
    public static void Begin(Socket socket)
    {
        try
        {
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, IdleSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ProbeSeconds);
            socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Probes);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It has gone already.
        }
    }
}
