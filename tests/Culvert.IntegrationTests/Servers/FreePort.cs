using System.Net;
using System.Net.Sockets;

namespace Culvert.IntegrationTests.Servers;

/// <summary>
/// A port for a server that must come back on the same one, or that cannot choose one itself. Everything else listens
/// on port 0.
/// </summary>
internal static class FreePort
{
    /// <summary>
    /// A port that nobody listens on now. Below those that the system gives to outgoing connections, so that nobody
    /// gets it by chance while its server is down.
    /// </summary>
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
