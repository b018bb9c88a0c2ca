using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Culvert.Client.Messages;

/// <summary>
/// Where to listen: <c>ws://host:port/route</c>. The host is an address, <c>localhost</c> for both of its families, or
/// <c>*</c> for every address of the machine.
/// </summary>
internal sealed partial record ListenAddress(bool IsSecure, string Host, int Port, string Route)
{
    private const string AnyPath = "/{*path}";
    private const int MaxTries = 20;

    /// <exception cref="ArgumentException">It is none.</exception>
    public static ListenAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Pattern().Match(text);
        var host = match.Groups["host"].Value.Trim('[', ']');
        var isHost = host is "localhost" or "*" || IPAddress.TryParse(host, out _);
        var isSecure = match.Groups["scheme"].Value == "wss";
        var port = isSecure ? 443 : 80;
        var digits = match.Groups["port"].Value;
        if (!isHost || (digits.Length > 0 && !int.TryParse(digits, CultureInfo.InvariantCulture, out port))
            || port > IPEndPoint.MaxPort)
        {
            throw new ArgumentException(
                $"'{text}' is no address to listen on, such as ws://localhost:8001/client{{id}}.", nameof(text));
        }

        var route = match.Groups["route"].Value;
        return new ListenAddress(isSecure, host, port, route.Length > 0 ? route : AnyPath);
    }

    /// <summary>Sockets that listen, all on one port.</summary>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public IReadOnlyList<Socket> Bind(int backlog)
    {
        for (var tries = 1; ; tries++)
        {
            var sockets = new List<Socket>();
            var port = Port;
            try
            {
                foreach (var address in Addresses())
                {
                    var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                    sockets.Add(socket);
                    if (address.Equals(IPAddress.IPv6Any))
                    {
                        socket.DualMode = true;
                    }

                    socket.Bind(new IPEndPoint(address, port));
                    socket.Listen(backlog);
                    port = socket.LocalEndPoint is IPEndPoint bound ? bound.Port : port;
                }

                return sockets;
            }
            catch (SocketException e)
            {
                sockets[^1].Dispose();
                sockets.RemoveAt(sockets.Count - 1);
                if (sockets.Count > 0 && e.SocketErrorCode == SocketError.AddressNotAvailable)
                {
                    // This machine has the other family only.
                    return sockets;
                }

                sockets.ForEach(s => s.Dispose());

                // The port that the system chose in one family may be taken in the other.
                if (Port != 0 || e.SocketErrorCode != SocketError.AddressAlreadyInUse || tries == MaxTries)
                {
                    throw;
                }
            }
        }
    }

    private IPAddress[] Addresses() => Host switch
    {
        "localhost" when Socket.OSSupportsIPv6 => [IPAddress.Loopback, IPAddress.IPv6Loopback],
        "localhost" => [IPAddress.Loopback],
        "*" => [Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any],
        _ => [IPAddress.Parse(Host)],
    };

    [GeneratedRegex(@"^(?<scheme>wss?)://(?<host>\[[0-9A-Fa-f:.]+\]|[^/:\[\]]+)(:(?<port>\d{1,5}))?(?<route>/.*)?$")]
    private static partial Regex Pattern();
}
