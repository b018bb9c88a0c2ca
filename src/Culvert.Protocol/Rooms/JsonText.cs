using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;

namespace Culvert.Protocol.Rooms;

/// <summary>
/// Checks JSON that clients send and makes it fit for a line. Thread-safe; never throws for bad JSON.
/// </summary>
public static class JsonText
{
    /// <summary>How deep <c>data</c> may nest: <c>[]</c> has depth 1, <c>[[]]</c> 2.</summary>
    public const int MaxDepth = 16;

    // Deeper than any limit asked for, so that the walk below decides, and can tell "too deep" from "malformed".
    internal const int ReaderDepth = 64;

    private static readonly SearchValues<byte> Space = SearchValues.Create(" \t\r\n"u8);
    private static readonly SearchValues<byte> SpaceOrQuote = SearchValues.Create(" \t\r\n\""u8);

    /// <summary>
    /// Checks one JSON value and copies it without insignificant white space, hence without line breaks.
    /// </summary>
    /// <param name="json">UTF-8; white space around the value is allowed, a byte order mark is not.</param>
    /// <param name="output">Gets the value; untouched when there is a problem.</param>
    /// <param name="maxDepth">How deep the value may nest, 1 to 63.</param>
    /// <returns>The problem, or <see cref="JsonProblem.None"/>.</returns>
    public static JsonProblem Compact(ReadOnlySpan<byte> json, IBufferWriter<byte> output, int maxDepth = MaxDepth)
    {
        ArgumentNullException.ThrowIfNull(output);
        var problem = Check(json, maxDepth);
        if (problem == JsonProblem.None)
        {
            CopyCompact(json, output);
        }

        return problem;
    }

    /// <summary>Checks one JSON value like <see cref="Compact"/>, and copies nothing.</summary>
    public static JsonProblem Check(ReadOnlySpan<byte> json, int maxDepth = MaxDepth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxDepth, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(maxDepth, ReaderDepth);
        if (!Utf8.IsValid(json))
        {
            return JsonProblem.InvalidText;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = ReaderDepth });
        try
        {
            while (reader.Read())
            {
                var problem = CheckToken(ref reader, maxDepth);
                if (problem != JsonProblem.None)
                {
                    return problem;
                }
            }

            return JsonProblem.None;
        }
        catch (JsonException)
        {
            return JsonProblem.Malformed;
        }
    }

    /// <summary>True when a text in the JSON is not Unicode, which the runtime's reader finds late or never.</summary>
    /// <remarks>Costs a second pass only for lines that have an escape by number.</remarks>
    internal static bool HasInvalidText(ReadOnlySpan<byte> json) =>
        !Utf8.IsValid(json)
        || (json.IndexOf("\\u"u8) >= 0 && Check(json, ReaderDepth - 1) == JsonProblem.InvalidText);

    /// <summary>Copies JSON that was checked before without its insignificant white space.</summary>
    internal static void CopyCompact(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        var rest = json;
        while (!rest.IsEmpty)
        {
            var index = rest.ContainsAny(Space) ? rest.IndexOfAny(SpaceOrQuote) : -1;
            if (index < 0)
            {
                output.Write(rest);
                return;
            }

            var length = rest[index] == '"' ? index + TextLength(rest[index..]) : index;
            output.Write(rest[..length]);
            rest = rest[length..].TrimStart(" \t\r\n"u8);
        }
    }

    /// <summary>Depth and Unicode of the token the reader is at; the caller checked the bytes to be UTF-8.</summary>
    internal static JsonProblem CheckToken(ref Utf8JsonReader reader, int maxDepth)
    {
        var depth = reader.CurrentDepth;
        switch (reader.TokenType)
        {
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                return depth + 1 > maxDepth ? JsonProblem.TooDeep : JsonProblem.None;
            case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                return HasLoneSurrogate(reader.ValueSpan) ? JsonProblem.InvalidText : JsonProblem.None;
            default:
                return JsonProblem.None;
        }
    }

    // Length of the string token at the start, both quotes included. The text is valid JSON, so it ends.
    private static int TextLength(ReadOnlySpan<byte> text)
    {
        var index = 1;
        while (true)
        {
            index += text[index..].IndexOfAny((byte)'"', (byte)'\\');
            if (text[index] == '"')
            {
                return index + 1;
            }

            index += 2;
        }
    }

    // RFC 7493 §2.1. Many readers fail on such a text, and one member of a room must not break the others' clients.
    private static bool HasLoneSurrogate(ReadOnlySpan<byte> text)
    {
        while (true)
        {
            var index = text.IndexOf((byte)'\\');
            if (index < 0)
            {
                return false;
            }

            text = text[index..];
            if (text[1] != 'u')
            {
                text = text[2..];
                continue;
            }

            var first = HexDigits(text[2..]);
            text = text[6..];
            if (first is < 0xD800 or > 0xDFFF)
            {
                continue;
            }

            if (first >= 0xDC00 || !text.StartsWith("\\u"u8) || HexDigits(text[2..]) is < 0xDC00 or > 0xDFFF)
            {
                return true;
            }

            text = text[6..];
        }
    }

    private static int HexDigits(ReadOnlySpan<byte> text)
    {
        _ = System.Buffers.Text.Utf8Parser.TryParse(text[..4], out int value, out _, 'x');
        return value;
    }
}
