using System.Buffers;
using System.Globalization;
using System.Text;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>
/// The head of an HTTP/1.1 message as a handshake needs it: the start line's parts and every field, read strictly
/// (RFC 9112 §2 to §5). Immutable.
/// </summary>
internal sealed class HttpHead
{
    /// <summary>16 KiB: a handshake with large cookies; more is refused.</summary>
    public const int MaxBytes = 16 * 1024;

    private const int MaxFields = 100;

    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);

    private HttpHead(string[] start)
    {
        Start = start;
    }

    /// <summary>The three parts of the start line; the last may be empty.</summary>
    public IReadOnlyList<string> Start { get; }

    /// <summary>The status of an answer; 0 when it is a request.</summary>
    public int Status => Start[1].Length == 3
        && int.TryParse(Start[1], NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : 0;

    /// <summary>A field's value, several lines joined by ", "; null when it is absent.</summary>
    public string? this[string name] => _fields.GetValueOrDefault(name);

    /// <summary>Whether a text is a field's name.</summary>
    public static bool IsName(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExcept(Token);

    /// <summary>Whether a text may be a field's value: no control characters but tab.</summary>
    public static bool IsValue(string text) => !text.Any(c => char.IsControl(c) && c != '\t');

    /// <summary>Reads a whole head, with its blank line; null when it is malformed.</summary>
    public static HttpHead? Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var start = lines[0].Split(' ', 3);
        if (lines.Length < 3 || lines.Length > MaxFields + 3 || start.Length < 2 || lines.Any(line => !IsValue(line)))
        {
            return null;
        }

        var head = new HttpHead([start[0], start[1], start.Length > 2 ? start[2] : ""]);
        return lines[1..^2].All(head.Add) ? head : null;
    }

    /// <summary>The length of the head that a buffer begins with, blank line and all; -1 until it is whole.</summary>
    public static int LengthIn(in ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> head, "\r\n\r\n"u8) ? (int)head.Length + 4 : -1;
    }

    private bool Add(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 1 || !IsName(line[..colon]))
        {
            return false;
        }

        var value = line[(colon + 1)..].Trim(' ', '\t');
        _fields[line[..colon]] = _fields.TryGetValue(line[..colon], out var before) ? $"{before}, {value}" : value;
        return true;
    }
}
