namespace Culvert.Server.Files;

/// <summary>The conditions of a request, in the order of RFC 9110 §13.2.2. Allocates nothing.</summary>
internal static class Conditions
{
    public static Verdict Evaluate(in FileRequest request, ReadOnlySpan<byte> tag, long lastModified)
    {
        var match = request.IfMatch.IsEmpty ? TagMatch.NoTags : EntityTags.Find(request.IfMatch, tag, isWeak: false);
        if (match == TagMatch.Absent)
        {
            return Verdict.Failed;
        }

        if (match == TagMatch.NoTags && HttpDate.TryParse(request.IfUnmodifiedSince, out var since)
            && lastModified > since)
        {
            return Verdict.Failed;
        }

        if (!request.IfNoneMatch.IsEmpty)
        {
            match = EntityTags.Find(request.IfNoneMatch, tag, isWeak: true);
            if (match != TagMatch.NoTags)
            {
                return match == TagMatch.Present ? Verdict.NotModified : Verdict.Proceed;
            }
        }

        return HttpDate.TryParse(request.IfModifiedSince, out since) && lastModified <= since
            ? Verdict.NotModified
            : Verdict.Proceed;
    }

    /// <summary>
    /// Whether a range still belongs to what the client has (RFC 9110 §13.1.5). A date only counts when the file has
    /// been at rest for longer than the second that a date can tell apart.
    /// </summary>
    public static bool RangeApplies(ReadOnlySpan<byte> ifRange, ReadOnlySpan<byte> tag, long lastModified, long now)
    {
        if (ifRange.IsEmpty || ifRange.SequenceEqual(tag))
        {
            return true;
        }

        return HttpDate.TryParse(ifRange, out var date) && date == lastModified && lastModified < now - 1;
    }
}
