namespace Culvert.Server.Files;

/// <summary>
/// What of a GET or HEAD request decides its answer. A header that is absent is empty; one that came in several lines
/// is joined with commas. Nothing is kept.
/// </summary>
internal readonly ref struct FileRequest
{
    /// <summary>HEAD: the same head, without a body.</summary>
    public bool IsHead { get; init; }

    /// <summary>Path and query as received, in origin form.</summary>
    public ReadOnlySpan<byte> Target { get; init; }

    public ReadOnlySpan<byte> IfMatch { get; init; }

    public ReadOnlySpan<byte> IfNoneMatch { get; init; }

    public ReadOnlySpan<byte> IfModifiedSince { get; init; }

    public ReadOnlySpan<byte> IfUnmodifiedSince { get; init; }

    public ReadOnlySpan<byte> Range { get; init; }

    public ReadOnlySpan<byte> IfRange { get; init; }

    public ReadOnlySpan<byte> AcceptEncoding { get; init; }

    public ReadOnlySpan<byte> Accept { get; init; }
}
