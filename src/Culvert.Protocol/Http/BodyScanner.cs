namespace Culvert.Protocol.Http;

/// <summary>
/// Follows the body of a request and says where it ends (RFC 9112 §6, §7.1), for whoever passes it on or drains it. It
/// looks at the framing only, keeps no bytes and allocates nothing. One for each body; for one caller at a time.
/// </summary>
/// <remarks>
/// Chunked framing is read strictly: a size of 1 to 16 hexadecimal digits below 2^63, extensions of at most
/// <see cref="MaxExtensionBytes"/> without control characters but tab, CRLF and nothing else at the end of a line, and
/// trailers under the rules and limits of headers. What it finds does not depend on how the input was cut.
/// </remarks>
public struct BodyScanner
{
    /// <summary>The most bytes of extensions behind one chunk size, with the semicolon.</summary>
    public const int MaxExtensionBytes = 256;

    private const int MaxSizeDigits = 16;

    private readonly int _maxTrailerBytes;
    private readonly int _maxTrailers;

    private Phase _phase;

    /// <summary>Bytes of data that are still to come, of the body or of the chunk.</summary>
    private long _remaining;

    /// <summary>Digits of the size, bytes of its extensions or of all trailers, whatever is being read.</summary>
    private int _count;

    private int _trailers;

    /// <summary>Begins at the first byte behind a head.</summary>
    /// <param name="head">A complete head.</param>
    /// <param name="limits">Bound the trailers.</param>
    public BodyScanner(in RequestHead head, HttpLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _maxTrailerBytes = limits.MaxHeaderBytes;
        _maxTrailers = limits.MaxHeaders;
        _remaining = head.ContentLength;
        _phase = head.Body switch
        {
            BodyKind.Chunked => Phase.SizeStart,
            BodyKind.Length => Phase.Data,
            _ => Phase.Ended,
        };
        IsChunked = head.Body == BodyKind.Chunked;
    }

    private enum Phase : byte
    {
        /// <summary>What a scanner without a body begins and every good one ends with.</summary>
        Ended,
        Data,
        DataCarriageReturn,
        DataLineFeed,
        SizeStart,
        Size,
        Extension,
        SizeLineFeed,
        TrailerStart,
        TrailerName,
        TrailerValue,
        TrailerLineFeed,
        LastLineFeed,
        Bad,
    }

    private bool IsChunked { get; }

    /// <summary>Takes the next bytes.</summary>
    /// <param name="bytes">What follows the bytes taken before. May be empty, to ask for the state.</param>
    /// <param name="state">
    /// Whether the body goes on, has ended, or is broken. A body that has ended or is broken takes nothing more.
    /// </param>
    /// <returns>
    /// How many bytes belong to the body: all of them while it goes on; those up to its end; those before the byte that
    /// breaks it.
    /// </returns>
    public int Scan(ReadOnlySpan<byte> bytes, out BodyState state)
    {
        var at = 0;
        while (at < bytes.Length && _phase is not (Phase.Ended or Phase.Bad))
        {
            if (_phase == Phase.Data)
            {
                at += SkipData(bytes.Length - at);
                continue;
            }

            _phase = Step(bytes[at]);
            if (_phase != Phase.Bad)
            {
                at++;
            }
        }

        state = _phase switch
        {
            Phase.Ended => BodyState.Ended,
            Phase.Bad => BodyState.Bad,
            _ => BodyState.More,
        };
        return at;
    }

    private int SkipData(int available)
    {
        var taken = (int)Math.Min(available, _remaining);
        _remaining -= taken;
        if (_remaining == 0)
        {
            _phase = IsChunked ? Phase.DataCarriageReturn : Phase.Ended;
        }

        return taken;
    }

    private Phase Step(byte value)
    {
        switch (_phase)
        {
            case Phase.DataCarriageReturn:
                return value == '\r' ? Phase.DataLineFeed : Phase.Bad;
            case Phase.DataLineFeed:
                return value == '\n' ? Phase.SizeStart : Phase.Bad;
            case Phase.SizeStart:
                _remaining = 0;
                _count = 0;
                return AddDigit(value);
            case Phase.Size:
                return value switch
                {
                    (byte)'\r' => Phase.SizeLineFeed,
                    (byte)';' => BeginExtension(),
                    _ => AddDigit(value),
                };
            case Phase.Extension:
                return value == '\r' ? Phase.SizeLineFeed
                    : ++_count <= MaxExtensionBytes && IsText(value) ? Phase.Extension : Phase.Bad;
            case Phase.SizeLineFeed:
                return value == '\n' ? EndSize() : Phase.Bad;
            default:
                return ++_count <= _maxTrailerBytes ? StepTrailer(value) : Phase.Bad;
        }
    }

    private Phase AddDigit(byte value)
    {
        if (!char.IsAsciiHexDigit((char)value) || ++_count > MaxSizeDigits || _remaining > long.MaxValue >> 4)
        {
            return Phase.Bad;
        }

        _remaining = (_remaining << 4) + (value <= '9' ? value - '0' : (value | 0x20) - 'a' + 10);
        return Phase.Size;
    }

    private Phase BeginExtension()
    {
        _count = 1;
        return Phase.Extension;
    }

    private Phase EndSize()
    {
        _count = 0;
        return _remaining > 0 ? Phase.Data : Phase.TrailerStart;
    }

    private Phase StepTrailer(byte value)
    {
        switch (_phase)
        {
            case Phase.TrailerStart when value == '\r':
                return Phase.LastLineFeed;
            case Phase.TrailerStart:
                return HttpCharacters.IsToken(value) && ++_trailers <= _maxTrailers ? Phase.TrailerName : Phase.Bad;
            case Phase.TrailerName:
                return value == ':' ? Phase.TrailerValue
                    : HttpCharacters.IsToken(value) ? Phase.TrailerName : Phase.Bad;
            case Phase.TrailerValue:
                return value == '\r' ? Phase.TrailerLineFeed : IsText(value) ? Phase.TrailerValue : Phase.Bad;
            case Phase.TrailerLineFeed:
                return value == '\n' ? Phase.TrailerStart : Phase.Bad;
            default:
                return value == '\n' ? Phase.Ended : Phase.Bad;
        }
    }

    private static bool IsText(byte value) => value == '\t' || !HttpCharacters.IsControl(value);
}
