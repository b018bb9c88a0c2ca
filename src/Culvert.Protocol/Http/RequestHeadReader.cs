using System.Runtime.CompilerServices;

namespace Culvert.Protocol.Http;

/// <summary>
/// Reads the head of a request as a server does (RFC 9112 §2 to §7, RFC 9110), strictly: where the RFC lets a recipient
/// be lenient and two recipients could then disagree about what a request is, the head is refused. Does no I/O and
/// allocates nothing. Static and without state: the state of a connection is in its <see cref="RequestHead"/>.
/// </summary>
/// <remarks>
/// <para>
/// What it finds does not depend on how the input was cut, and a fault is reported with the line that holds it, not
/// with the whole head: at once for a byte that can never stand there or a passed limit, otherwise at the line's end.
/// </para>
/// <para>
/// Every refusal ends the connection: see <see cref="HttpRefusal"/>. A known method is not weighed against the
/// resource, and a path is not decoded; both are the caller's.
/// </para>
/// </remarks>
public static class RequestHeadReader
{
    /// <summary>Reads the head at the start of a buffer.</summary>
    /// <param name="buffer">
    /// Everything received behind the previous request. After <see cref="RequestHeadStatus.Incomplete"/> call again
    /// with the same bytes and more behind them, in this memory or in another: nothing is searched twice.
    /// </param>
    /// <param name="limits">The same for all calls of one head.</param>
    /// <param name="head">
    /// What was read, and after <see cref="RequestHeadStatus.Incomplete"/> where to go on. Any other result makes the
    /// next call begin anew.
    /// </param>
    /// <param name="refusal">Why, when the result is <see cref="RequestHeadStatus.Refused"/>.</param>
    /// <exception cref="ArgumentException">The buffer is shorter than in the call that this one continues.</exception>
    public static RequestHeadStatus Read(
        ReadOnlySpan<byte> buffer, HttpLimits limits, ref RequestHead head, out HttpRefusal refusal)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (!head.IsUnderWay)
        {
            head = default;
        }
        else if (head.Scanned > buffer.Length)
        {
            throw new ArgumentException("The buffer lacks bytes that were read before.", nameof(buffer));
        }

        var status = RequestHeadStatus.Complete;
        refusal = default;
        if (head.HeadersStart == 0)
        {
            status = RequestLineReader.Read(buffer, limits, ref head, out refusal);
        }

        if (status == RequestHeadStatus.Complete)
        {
            status = ReadHeaders(buffer, limits, ref head, out refusal);
        }

        head.IsUnderWay = status == RequestHeadStatus.Incomplete;
        return status;
    }

    private static RequestHeadStatus ReadHeaders(
        ReadOnlySpan<byte> buffer, HttpLimits limits, ref RequestHead head, out HttpRefusal refusal)
    {
        var most = head.HeadersStart + limits.MaxHeaderBytes;
        var start = head.Next;
        var scanned = head.Scanned;
        while (true)
        {
            var end = HttpCharacters.IndexOfControl(buffer, scanned);
            if (end + 1 >= buffer.Length || buffer[end] != '\r' || buffer[end + 1] != '\n' || end + 2 > most)
            {
                var status = ReadUncommonEnd(buffer, most, ref end, out refusal);
                if (status != RequestHeadStatus.Complete)
                {
                    head.Next = start;
                    head.Scanned = end;
                    return status;
                }
            }

            if (end == start)
            {
                head.Length = end + 2;
                return Finish(buffer, ref head, out refusal)
                    ? RequestHeadStatus.Complete
                    : RequestHeadStatus.Refused;
            }

            if (++head.HeaderCount > limits.MaxHeaders)
            {
                refusal = Refusals.TooManyHeaders;
                return RequestHeadStatus.Refused;
            }

            if (!FieldReader.Read(buffer, start, end, ref head, out refusal))
            {
                return RequestHeadStatus.Refused;
            }

            start = scanned = end + 2;
        }
    }

    /// <summary>Goes on from the first control character of a line that is no CRLF within the limit.</summary>
    /// <param name="buffer">What was received.</param>
    /// <param name="most">The index that the line with its CRLF may reach.</param>
    /// <param name="end">The control character; then the end of the line, or how far it was searched.</param>
    /// <param name="refusal">Why, when the result is that.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static RequestHeadStatus ReadUncommonEnd(
        ReadOnlySpan<byte> buffer, int most, ref int end, out HttpRefusal refusal)
    {
        while (end < buffer.Length && end + 2 <= most && buffer[end] == '\t')
        {
            end = HttpCharacters.IndexOfControl(buffer, end + 1);
        }

        var status = EndLine(buffer, end, out refusal);
        if (end + 2 > most)
        {
            refusal = Refusals.HeadersTooLarge;
            return RequestHeadStatus.Refused;
        }

        if (status == RequestHeadStatus.Refused && refusal == default)
        {
            refusal = Refusals.ControlInHeader;
        }

        return status;
    }

    /// <summary>Judges the control character at an index: whether a line ends there.</summary>
    /// <returns>A refusal without words when it is neither CR nor LF.</returns>
    internal static RequestHeadStatus EndLine(ReadOnlySpan<byte> buffer, int end, out HttpRefusal refusal)
    {
        refusal = default;
        if (end >= buffer.Length || (end + 1 == buffer.Length && buffer[end] == '\r'))
        {
            return RequestHeadStatus.Incomplete;
        }

        if (buffer[end] == '\r' && buffer[end + 1] == '\n')
        {
            return RequestHeadStatus.Complete;
        }

        refusal = buffer[end] switch
        {
            (byte)'\r' => Refusals.BareCarriageReturn,
            (byte)'\n' => Refusals.BareLineFeed,
            _ => default,
        };
        return RequestHeadStatus.Refused;
    }

    /// <summary>What only the whole head shows: the host, the framing, and what becomes of the connection.</summary>
    private static bool Finish(ReadOnlySpan<byte> buffer, ref RequestHead head, out HttpRefusal refusal)
    {
        refusal = default;
        if (!head.Host.IsPresent && head.MinorVersion > 0)
        {
            refusal = Refusals.HostMissing;
            return false;
        }

        if (head.TargetAuthority.IsPresent && head.Host.IsPresent && !HostRules.AreSame(
            head.TargetAuthority.Of(buffer), head.Host.Of(buffer)))
        {
            refusal = Refusals.TargetNotHost;
            return false;
        }

        if (head[RequestField.TransferEncoding].IsPresent)
        {
            if (head[RequestField.ContentLength].IsPresent)
            {
                refusal = Refusals.LengthAndEncoding;
                return false;
            }

            head.Body = BodyKind.Chunked;
        }
        else if (head.ContentLength > 0)
        {
            head.Body = BodyKind.Length;
        }

        var options = head.Options;
        head.KeepAlive = (options & ConnectionOptions.Close) == 0
            && (head.MinorVersion > 0 || (options & ConnectionOptions.KeepAlive) != 0);
        head.HasUpgrade = (options & ConnectionOptions.Upgrade) != 0
            && head.MinorVersion > 0 && head.Upgrade.Length > 0;
        return true;
    }
}
