namespace Culvert.Server.Files;

/// <summary>
/// The status line and the header lines of an answer, each ending in CRLF, without <c>Date</c>, <c>Connection</c> and
/// the empty line. Immutable. The order is Kestrel's, so that an answer that goes through it has the same bytes.
/// </summary>
internal sealed class AnswerHead
{
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
}
