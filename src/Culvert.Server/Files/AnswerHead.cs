namespace Culvert.Server.Files;

/// <summary>
/// The status line and the header lines of an answer, each ending in CRLF, without <c>Date</c>, <c>Connection</c> and
/// the empty line. Immutable. The order is Kestrel's, so that an answer that goes through it has the same bytes.
/// </summary>
internal sealed class AnswerHead
{
    private static ReadOnlySpan<byte> Close => "Connection: close\r\n"u8;

    private static ReadOnlySpan<byte> NewLine => "\r\n"u8;

    public AnswerHead(int status, byte[] bytes, int connectionOffset, int dateOffset)
    {
        Status = status;
        Bytes = bytes;
        ConnectionOffset = connectionOffset;
        DateOffset = dateOffset;
    }

    public int Status { get; }

    public byte[] Bytes { get; }

    /// <summary>Where a <c>Connection</c> line belongs: behind <c>Content-Length</c>, never behind the date.</summary>
    public int ConnectionOffset { get; }

    /// <summary>Where the <c>Date</c> line belongs: behind <c>Content-Type</c>.</summary>
    public int DateOffset { get; }

    /// <summary>How many bytes <see cref="Write"/> needs.</summary>
    public int WireLength(ReadOnlySpan<byte> dateLine, bool closes) =>
        Bytes.Length + dateLine.Length + (closes ? Close.Length : 0) + NewLine.Length;

    /// <summary>Writes the whole head, the empty line included, as Kestrel would.</summary>
    /// <param name="destination">At least <see cref="WireLength"/> bytes.</param>
    /// <param name="dateLine">The Date line with its line end.</param>
    /// <param name="closes">Whether to say that the connection ends.</param>
    /// <returns>How many bytes were written.</returns>
    public int Write(Span<byte> destination, ReadOnlySpan<byte> dateLine, bool closes)
    {
        ReadOnlySpan<byte> bytes = Bytes;
        var rest = Append(destination, bytes[..ConnectionOffset]);
        rest = Append(rest, closes ? Close : default);
        rest = Append(rest, bytes[ConnectionOffset..DateOffset]);
        rest = Append(rest, dateLine);
        rest = Append(rest, bytes[DateOffset..]);
        rest = Append(rest, NewLine);
        return destination.Length - rest.Length;
    }

    private static Span<byte> Append(Span<byte> destination, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(destination);
        return destination[bytes.Length..];
    }
}
