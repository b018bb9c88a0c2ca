using System.Text;

namespace Culvert.Server.Files;

/// <summary>Answers with a file that was found: the conditions first, then the ranges (RFC 9110 §13.2.2).</summary>
internal static class Representation
{
    /// <returns>False when the open file of a large one was closed meanwhile, and must be found again.</returns>
    public static bool TryAnswer(
        in FileRequest request, SiteFile file, Pages pages, TimeProvider time, out FileAnswer answer)
    {
        var variant = file.Select(request.AcceptEncoding);
        switch (Conditions.Evaluate(request, variant.Tag, file.LastModified))
        {
            case Verdict.NotModified:
                answer = new FileAnswer(variant.NotModified, default);
                return true;
            case Verdict.Failed:
                answer = pages.Of(412, request.IsHead);
                return true;
        }

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var ranges = !request.Range.IsEmpty
            && Conditions.RangeApplies(request.IfRange, variant.Tag, file.LastModified, now)
            ? ByteRanges.Parse(request.Range, variant.Length)
            : null;
        switch (ranges)
        {
            case null:
                return TryWhole(variant, request.IsHead, out answer);
            case []:
                answer = pages.NotSatisfiable(variant.Length, request.IsHead);
                return true;
            default:
                return TryRanges(variant, ranges, request.IsHead, out answer);
        }
    }

    private static bool TryWhole(Variant variant, bool isHead, out FileAnswer answer)
    {
        if (variant.File is not null)
        {
            return TryFile(variant, variant.Ok, [new FilePart(default, 0, variant.Length)], isHead, out answer);
        }

        answer = new FileAnswer(variant.Ok, isHead ? default : variant.Body);
        return true;
    }

    private static bool TryRanges(Variant variant, ByteRange[] ranges, bool isHead, out FileAnswer answer)
    {
        FilePart[] parts;
        HeadFields fields;
        if (ranges is [var only])
        {
            parts = [new FilePart(default, only.Offset, only.Length)];
            fields = variant.Fields with { Status = 206, ContentRange = ContentRange(only, variant.Length) };
        }
        else
        {
            // From the tag, so that every way to the same answer gives the same bytes.
            var boundary = $"culvert-{Encoding.ASCII.GetString(variant.Tag).Trim('"')}";
            parts = PartsOf(variant, ranges, boundary);
            fields = variant.Fields with { Status = 206, ContentType = $"multipart/byteranges; boundary={boundary}" };
        }

        var length = parts.Sum(p => p.Text.Length + p.Length);
        var head = (fields with { ContentLength = length }).ToHead();
        if (variant.File is not null)
        {
            return TryFile(variant, head, parts, isHead, out answer);
        }

        answer = new FileAnswer(head, isHead ? default : BodyOf(variant.Body, parts));
        return true;
    }

    private static bool TryFile(Variant variant, AnswerHead head, FilePart[] parts, bool isHead, out FileAnswer answer)
    {
        answer = new FileAnswer(head, default);
        if (isHead)
        {
            return true;
        }

        if (variant.File is not { } file || !file.TryUse())
        {
            return false;
        }

        answer = new FileAnswer(head, default, new FileBody(file, parts));
        return true;
    }

    private static string ContentRange(ByteRange range, long length) =>
        $"bytes {range.Offset}-{range.End - 1}/{length}";

    private static FilePart[] PartsOf(Variant variant, ByteRange[] ranges, string boundary)
    {
        var parts = new List<FilePart>(ranges.Length + 1);
        foreach (var range in ranges)
        {
            var text = $"\r\n--{boundary}\r\nContent-Type: {variant.Fields.ContentType}\r\n"
                + $"Content-Range: {ContentRange(range, variant.Length)}\r\n\r\n";
            parts.Add(new FilePart(Encoding.ASCII.GetBytes(text), range.Offset, range.Length));
        }

        parts.Add(new FilePart(Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"), 0, 0));
        return [.. parts];
    }

    private static ReadOnlyMemory<byte> BodyOf(ReadOnlyMemory<byte> content, FilePart[] parts)
    {
        if (parts is [{ Text.IsEmpty: true } only])
        {
            return content.Slice((int)only.Offset, (int)only.Length);
        }

        var body = new byte[parts.Sum(p => p.Text.Length + p.Length)];
        var rest = body.AsSpan();
        foreach (var part in parts)
        {
            part.Text.Span.CopyTo(rest);
            content.Span.Slice((int)part.Offset, (int)part.Length).CopyTo(rest[part.Text.Length..]);
            rest = rest[(part.Text.Length + (int)part.Length)..];
        }

        return body;
    }
}
