using System.Net;
using System.Text;

namespace Culvert.Protocol.Http;

/// <summary>What Host and the authority of a target may hold: a host and perhaps a port (RFC 3986 §3.2).</summary>
internal static class HostRules
{
    private const int MaxPortDigits = 5;

    /// <summary>
    /// Whether a text is a name, an IPv4 address or an IPv6 address in brackets, and perhaps a port up to 65 535. A
    /// colon without digits behind it, which the grammar allows, is refused: nobody sends it, and Kestrel refuses it.
    /// </summary>
    public static bool IsHostAndPort(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        if (text[0] == '[')
        {
            var close = text.IndexOf((byte)']');
            return close > 0 && IsAddress(text[1..close]) && IsPort(text[(close + 1)..]);
        }

        var end = text.IndexOfAnyExcept(HttpCharacters.HostName);
        return end < 0 || (end > 0 && IsPort(text[end..]));
    }

    /// <summary>Whether two texts name the same host and port as written; the case of letters does not count.</summary>
    public static bool AreSame(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other) => Ascii.EqualsIgnoreCase(one, other);

    private static bool IsAddress(ReadOnlySpan<byte> text) =>
        text.Contains((byte)':') && !text.ContainsAnyExcept(HttpCharacters.Address) && IPAddress.IsValidUtf8(text);

    private static bool IsPort(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        var port = 0;
        foreach (var digit in text[1..])
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            port = Math.Min((port * 10) + digit - '0', ushort.MaxValue + 1);
        }

        return text[0] == ':' && text.Length is > 1 and <= MaxPortDigits + 1 && port <= ushort.MaxValue;
    }
}
