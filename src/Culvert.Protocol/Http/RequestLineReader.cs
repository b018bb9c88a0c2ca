namespace Culvert.Protocol.Http;

/// <summary>Reads the request line (RFC 9112 §3) and what may stand before it.</summary>
internal static class RequestLineReader
{
    private const int MaxBlankLines = 2;
    private const byte TlsHandshake = 0x16;

    private static ReadOnlySpan<byte> Http2Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Reads the line once it is whole; complete then means the line and not the head.</summary>
    public static RequestHeadStatus Read(
        ReadOnlySpan<byte> buffer, HttpLimits limits, ref RequestHead head, out HttpRefusal refusal)
    {
        var status = SkipBlankLines(buffer, out var start, out refusal);
        if (status != RequestHeadStatus.Complete)
        {
            return status;
        }

        if (!HttpCharacters.IsToken(buffer[start]))
        {
            refusal = buffer[start] switch
            {
                TlsHandshake => Refusals.Tls,
                (byte)'\n' => Refusals.BareLineFeed,
                _ => Refusals.FirstByte,
            };
            return RequestHeadStatus.Refused;
        }

        if (buffer[0] == 'P' && (buffer.Length == 1 || buffer[1] == 'R')
            && buffer[..Math.Min(buffer.Length, Http2Preface.Length)].SequenceEqual(
                Http2Preface[..Math.Min(buffer.Length, Http2Preface.Length)]))
        {
            return buffer.Length < Http2Preface.Length
                ? RequestHeadStatus.Incomplete
                : RequestHeadStatus.Http2Preface;
        }

        var end = HttpCharacters.IndexOfControl(buffer, Math.Max(start, head.Scanned));
        if (end - start + 2 > limits.MaxLineBytes)
        {
            refusal = RefuseLongLine(buffer, start, limits, ref head);
            return RequestHeadStatus.Refused;
        }

        status = RequestHeadReader.EndLine(buffer, end, out refusal);
        head.Scanned = end;
        if (status != RequestHeadStatus.Complete)
        {
            if (status == RequestHeadStatus.Refused && refusal == default)
            {
                refusal = Refusals.ControlInRequestLine;
            }

            return status;
        }

        head.HeadersStart = head.Next = head.Scanned = end + 2;
        return Split(buffer, start, end, ref head, out refusal)
            ? RequestHeadStatus.Complete
            : RequestHeadStatus.Refused;
    }

    /// <summary>Accepts what some clients send behind a body (RFC 9112 §2.2), but not without end.</summary>
    private static RequestHeadStatus SkipBlankLines(ReadOnlySpan<byte> buffer, out int start, out HttpRefusal refusal)
    {
        refusal = default;
        for (start = 0; start < buffer.Length; start += 2)
        {
            if (buffer[start] != '\r')
            {
                return RequestHeadStatus.Complete;
            }

            if (start == MaxBlankLines * 2)
            {
                refusal = Refusals.BlankLines;
                return RequestHeadStatus.Refused;
            }

            if (start + 1 < buffer.Length && buffer[start + 1] != '\n')
            {
                refusal = Refusals.BareCarriageReturn;
                return RequestHeadStatus.Refused;
            }
        }

        return RequestHeadStatus.Incomplete;
    }

    /// <summary>
    /// Shows the caller what there is of the target, so that a long path under a known prefix gets the answer of that
    /// prefix. Looks at as many bytes as the limit has, so that the result is the same however the line arrived.
    /// </summary>
    private static HttpRefusal RefuseLongLine(
        ReadOnlySpan<byte> buffer, int start, HttpLimits limits, ref RequestHead head)
    {
        var line = buffer.Slice(start, limits.MaxLineBytes - 1);
        var space = line.IndexOf((byte)' ');
        if (space < 0)
        {
            return Refusals.MethodTooLong;
        }

        if (line[..space].ContainsAnyExcept(HttpCharacters.Token))
        {
            return Refusals.MethodNotToken;
        }

        head.MethodText = new(start, space);
        head.Method = MethodOf(line[..space]);
        head.Target = new(start + space + 1, line.Length - space - 1);
        return Refusals.LineTooLong;
    }

    private static bool Split(
        ReadOnlySpan<byte> buffer, int start, int end, ref RequestHead head, out HttpRefusal refusal)
    {
        refusal = default;
        var line = buffer[start..end];
        var methodEnd = line.IndexOf((byte)' ');
        var method = methodEnd < 0 ? line : line[..methodEnd];
        head.MethodText = new(start, method.Length);
        head.Method = MethodOf(method);
        if (head.Method == RequestMethod.Unknown && method.ContainsAnyExcept(HttpCharacters.Token))
        {
            refusal = Refusals.MethodNotToken;
            return false;
        }

        var versionStart = line.LastIndexOf((byte)' ') + 1;
        if (methodEnd < 0 || versionStart == methodEnd + 1)
        {
            refusal = methodEnd < 0 || methodEnd + 1 == end - start ? Refusals.NoTarget : Refusals.NoVersion;
            return false;
        }

        head.Target = new(start + methodEnd + 1, versionStart - methodEnd - 2);
        return ReadVersion(line[versionStart..], ref head, out refusal)
            && TargetReader.Read(buffer, ref head, out refusal);
    }

    private static RequestMethod MethodOf(ReadOnlySpan<byte> text) => text.Length switch
    {
        3 when text.SequenceEqual("GET"u8) => RequestMethod.Get,
        3 when text.SequenceEqual("PUT"u8) => RequestMethod.Put,
        4 when text.SequenceEqual("HEAD"u8) => RequestMethod.Head,
        4 when text.SequenceEqual("POST"u8) => RequestMethod.Post,
        5 when text.SequenceEqual("PATCH"u8) => RequestMethod.Patch,
        5 when text.SequenceEqual("TRACE"u8) => RequestMethod.Trace,
        6 when text.SequenceEqual("DELETE"u8) => RequestMethod.Delete,
        7 when text.SequenceEqual("OPTIONS"u8) => RequestMethod.Options,
        7 when text.SequenceEqual("CONNECT"u8) => RequestMethod.Connect,
        _ => RequestMethod.Unknown,
    };

    private static bool ReadVersion(ReadOnlySpan<byte> text, ref RequestHead head, out HttpRefusal refusal)
    {
        refusal = default;
        if (text.SequenceEqual("HTTP/1.1"u8))
        {
            head.MinorVersion = 1;
        }
        else if (!text.SequenceEqual("HTTP/1.0"u8))
        {
            var isVersion = text.Length == 8 && text.StartsWith("HTTP/"u8) && char.IsAsciiDigit((char)text[5])
                && text[6] == '.' && char.IsAsciiDigit((char)text[7]);
            refusal = isVersion ? Refusals.Version : Refusals.VersionMalformed;
            return false;
        }

        if (head.Method == RequestMethod.Unknown)
        {
            refusal = Refusals.MethodUnknown;
            return false;
        }

        return true;
    }
}
