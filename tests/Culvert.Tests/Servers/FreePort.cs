using System.Net;
using System.Net.Sockets;

namespace Culvert.Tests.Servers;

/// <summary>A port for a server that must come back on the same one, or that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>Below those that the system gives to outgoing connections.</summary>
    public static int Find()
    {
        while (true)
        {
            var port = Random.Shared.Next(20_000, 32_000);
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another one, then.
            }
        }
    }
}
