using System.Net.Sockets;

namespace Culvert.Client.Tunnels;

/// <summary>Ends a connection so that nobody takes it for a proper end.</summary>
internal static class SocketReset
{
    /// <summary>Closes with a reset. From any thread, and more than once.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            // A linger time of zero makes closing a reset.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has gone already, or is of a kind that cannot be reset.
        }

        socket.Close(0);
    }
}
