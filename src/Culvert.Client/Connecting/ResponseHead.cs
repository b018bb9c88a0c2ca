using System.Globalization;
using System.Text;

namespace Culvert.Client.Connecting;

/// <summary>The status line and the fields of an HTTP/1 answer (RFC 9112 §4, §5). Immutable.</summary>
internal sealed class ResponseHead
{
    private ResponseHead(int status, string phrase, List<KeyValuePair<string, string>> fields)
    {
        Status = status;
        Phrase = phrase;
        Fields = fields;
    }

    public int Status { get; }

    public string Phrase { get; }

    /// <summary>As they came.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Fields { get; }

    /// <summary>A field's value, its lines joined by ", "; null when there is none.</summary>
    public string? this[string name]
    {
        get
        {
            var values = Fields.Where(f => f.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value);
            return values.Any() ? string.Join(", ", values) : null;
        }
    }

    /// <summary>Reads a head, blank line and all; null when it is none.</summary>
    public static ResponseHead? Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines.Any(l => l.AsSpan().ContainsAny('\r', '\n', '\0')) || !TryStatus(lines[0], out var status))
        {
            return null;
        }

        var fields = new List<KeyValuePair<string, string>>();
        foreach (var line in lines.AsSpan(1, Math.Max(0, lines.Length - 3)))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAny(' ', '\t'))
            {
                return null;
            }

            fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }

        return new ResponseHead(status, lines[0].Length > 13 ? lines[0][13..] : "", fields);
    }

    // "HTTP/1.1 101 Switching Protocols"; the phrase may be empty or missing.
    private static bool TryStatus(string line, out int status)
    {
        status = 0;
        return line.Length >= 12
            && line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && line[8] == ' '
            && (line.Length == 12 || line[12] == ' ')
            && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out status)
            && status is >= 100 and < 600;
    }
}
