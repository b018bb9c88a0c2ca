using System.Text;

namespace Culvert.Client.Tunnels;

/// <summary>What the server asks for with a stream that it opened: <c>CONNECT NAME:0</c>. Immutable.</summary>
/// <param name="Name">The name, as it was asked for.</param>
/// <param name="Address">Where the request came from, by the server's word; null when it does not say.</param>
/// <param name="User">Who asks, by the server's word; null when nobody known.</param>
internal sealed record StreamRequest(string Name, string? Address, string? User)
{
    private const string NamePort = ":0";

    /// <summary>For reports.</summary>
    public string From => User is null ? Address ?? "somebody" : Address is null ? User : $"{User} at {Address}";

    /// <summary>Reads a head, blank line and all; null when it is no such request.</summary>
    public static StreamRequest? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines[0].Split(' ') is not ["CONNECT", var authority, "HTTP/1.1"]
            || !authority.EndsWith(NamePort, StringComparison.Ordinal))
        {
            return null;
        }

        var (address, user) = ((string?)null, (string?)null);
        foreach (var line in lines.AsSpan(1))
        {
            if (Value(line, "Forwarded") is { } forwarded)
            {
                // RFC 7239 §6, as the server writes it: for="192.0.2.1".
                address = forwarded.StartsWith("for=", StringComparison.OrdinalIgnoreCase)
                    ? forwarded[4..].Trim('"')
                    : null;
            }
            else if (Value(line, "Culvert-User") is { } escaped)
            {
                user = Uri.UnescapeDataString(escaped);
            }
        }

        return new StreamRequest(authority[..^NamePort.Length], address, user);
    }

    private static string? Value(string line, string name) =>
        line.Length > name.Length
        && line[name.Length] == ':'
        && line.StartsWith(name, StringComparison.OrdinalIgnoreCase)
            ? line[(name.Length + 1)..].Trim(' ', '\t')
            : null;
}
