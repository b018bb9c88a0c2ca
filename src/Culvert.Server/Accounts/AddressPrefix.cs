using System.Net;
using System.Net.Sockets;

namespace Culvert.Server.Accounts;

/// <summary>
/// Shows where a session came from without saying it exactly: enough to tell home from a stranger's network.
/// </summary>
internal static class AddressPrefix
{
    /// <summary><c>192.0.2.0/24</c>, <c>2001:db8:1::/48</c>; empty for a local socket or what is no address.</summary>
    public static string Of(string text)
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            return "";
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var length = plain.AddressFamily == AddressFamily.InterNetworkV6 ? 48 : 24;
        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(length / 8).Clear();
        return $"{new IPAddress(bytes)}/{length}";
    }
}
