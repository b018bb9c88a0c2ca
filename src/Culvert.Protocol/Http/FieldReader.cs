using System.Buffers.Text;
using System.Text;

namespace Culvert.Protocol.Http;

/// <summary>Reads one header line (RFC 9112 §5) that is known to hold no control characters but tabs.</summary>
internal static class FieldReader
{
    /// <summary>Checks the line and keeps its value if it is one that a head remembers.</summary>
    /// <param name="buffer">What was received.</param>
    /// <param name="start">Where the line begins.</param>
    /// <param name="end">Where its CRLF begins; behind the start.</param>
    /// <param name="head">Takes the value.</param>
    /// <param name="refusal">Why, when the result is false.</param>
    public static bool Read(
        ReadOnlySpan<byte> buffer, int start, int end, ref RequestHead head, out HttpRefusal refusal)
    {
        var line = buffer[start..end];
        var colon = line.IndexOfAnyExcept(HttpCharacters.Token);
        if (colon <= 0 || line[colon] != ':')
        {
            refusal = RefuseName(line, colon);
            return false;
        }

        refusal = default;
        var field = FieldNames.Find(line[..colon]);
        if (field == RequestField.Unknown)
        {
            return true;
        }

        start += colon + 1;
        while (start < end && buffer[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (start < end && buffer[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        if (field <= RequestField.Expect || field == RequestField.Authorization)
        {
            refusal = Interpret(field, buffer[start..end], ref head);
        }

        head.Keep(field, new(start, end - start));
        return refusal == default;
    }

    private static HttpRefusal RefuseName(ReadOnlySpan<byte> line, int at)
    {
        if (at < 0)
        {
            return Refusals.NoColon;
        }

        if (at == 0)
        {
            return line[0] switch
            {
                (byte)' ' or (byte)'\t' => Refusals.FoldedHeader,
                (byte)':' => Refusals.EmptyName,
                _ => Refusals.NameNotToken,
            };
        }

        if (!line.Contains((byte)':'))
        {
            return Refusals.NoColon;
        }

        return line[at..].TrimStart(" \t"u8).StartsWith(":"u8) ? Refusals.SpaceBeforeColon : Refusals.NameNotToken;
    }

    /// <summary>Reads a value that decides what the request is, before it is kept.</summary>
    private static HttpRefusal Interpret(RequestField field, ReadOnlySpan<byte> value, ref RequestHead head)
    {
        var isRepeated = head[field].IsPresent;
        switch (field)
        {
            case RequestField.Host:
                return isRepeated ? Refusals.HostRepeated
                    : HostRules.IsHostAndPort(value) ? default : Refusals.Host;
            case RequestField.ContentLength:
                return isRepeated ? Refusals.ContentLengthRepeated : ReadLength(value, ref head);
            case RequestField.TransferEncoding:
                return isRepeated ? Refusals.TransferEncoding
                    : head.MinorVersion == 0 ? Refusals.EncodingInHttp10 : ReadCodings(value);
            case RequestField.Authorization:
                return isRepeated ? Refusals.AuthorizationRepeated : default;
            case RequestField.Expect:
                head.Expects100 = head.MinorVersion > 0;
                return Ascii.EqualsIgnoreCase(value, "100-continue"u8) ? default : Refusals.Expectation;
            default:
                head.Options |= ReadOptions(value);
                return default;
        }
    }

    /// <summary>Digits and nothing else (RFC 9110 §8.6): no sign, no list, not even one of equal numbers.</summary>
    private static HttpRefusal ReadLength(ReadOnlySpan<byte> value, ref RequestHead head)
    {
        if (value.IsEmpty || !char.IsAsciiDigit((char)value[0])
            || !Utf8Parser.TryParse(value, out long length, out var taken) || taken != value.Length)
        {
            return Refusals.ContentLength;
        }

        head.ContentLength = length;
        return default;
    }

    /// <summary>Chunked alone; a coding that precedes it is well formed but not known (RFC 9112 §6.1).</summary>
    private static HttpRefusal ReadCodings(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "chunked"u8))
        {
            return default;
        }

        var comma = value.LastIndexOf((byte)',');
        if (comma < 0 || !Ascii.EqualsIgnoreCase(value[(comma + 1)..].TrimStart(" \t"u8), "chunked"u8))
        {
            return Refusals.TransferEncoding;
        }

        var before = value[..comma];
        foreach (var part in before.Split((byte)','))
        {
            var coding = before[part];
            var parameters = coding.IndexOf((byte)';');
            var name = (parameters < 0 ? coding : coding[..parameters]).Trim(" \t"u8);
            if (name.IsEmpty || name.ContainsAnyExcept(HttpCharacters.Token)
                || Ascii.EqualsIgnoreCase(name, "chunked"u8))
            {
                return Refusals.TransferEncoding;
            }
        }

        return Refusals.TransferCoding;
    }

    private static ConnectionOptions ReadOptions(ReadOnlySpan<byte> value)
    {
        var options = ConnectionOptions.None;
        while (true)
        {
            var comma = value.IndexOf((byte)',');
            options |= OptionOf(comma < 0 ? value : value[..comma].Trim(" \t"u8));
            if (comma < 0)
            {
                return options;
            }

            value = value[(comma + 1)..].TrimStart(" \t"u8);
        }
    }

    private static ConnectionOptions OptionOf(ReadOnlySpan<byte> text) => text.Length switch
    {
        5 when Ascii.EqualsIgnoreCase(text, "close"u8) => ConnectionOptions.Close,
        7 when Ascii.EqualsIgnoreCase(text, "upgrade"u8) => ConnectionOptions.Upgrade,
        10 when Ascii.EqualsIgnoreCase(text, "keep-alive"u8) => ConnectionOptions.KeepAlive,
        _ => ConnectionOptions.None,
    };
}
