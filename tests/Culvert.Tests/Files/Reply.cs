using System.Text;
using Culvert.Server.Files;

namespace Culvert.Tests.Files;

/// <summary>An answer as a client would see it, without Date and Connection.</summary>
internal sealed record Reply(int Status, string Head, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? this[string header] => Head.Split("\r\n")
        .Where(l => l.StartsWith(header + ": ", StringComparison.OrdinalIgnoreCase))
        .Select(l => l[(header.Length + 2)..])
        .SingleOrDefault();

    public static Reply To(Site site, string target, params ReadOnlySpan<(string Name, string Value)> headers) =>
        To(site, Encoding.Latin1.GetBytes(target), headers);

    public static Reply To(Site site, byte[] target, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var request = Request(target, headers);
        return Of(site.Answer(request));
    }

    /// <summary>From memory only, or null.</summary>
    public static Reply? FromCache(
        Site site, string target, params ReadOnlySpan<(string Name, string Value)> headers)
    {
        var request = Request(Encoding.Latin1.GetBytes(target), headers);
        return site.TryAnswer(request, out var answer) ? Of(answer) : null;
    }

    public static FileRequest Request(byte[] target, params ReadOnlySpan<(string Name, string Value)> headers) => new()
    {
        Target = target,
        IsHead = Value(headers, ":method") is [(byte)'H', ..],
        IfMatch = Value(headers, "If-Match"),
        IfNoneMatch = Value(headers, "If-None-Match"),
        IfModifiedSince = Value(headers, "If-Modified-Since"),
        IfUnmodifiedSince = Value(headers, "If-Unmodified-Since"),
        Range = Value(headers, "Range"),
        IfRange = Value(headers, "If-Range"),
        AcceptEncoding = Value(headers, "Accept-Encoding"),
        Accept = Value(headers, "Accept"),
    };

    public static Reply Of(FileAnswer answer)
    {
        using var file = answer.File;
        using var body = new MemoryStream();
        body.Write(answer.Body.Span);
        foreach (var part in file?.Parts ?? [])
        {
            body.Write(part.Text.Span);
            var content = new byte[part.Length];
            var length = file is null ? 0 : RandomAccess.Read(file.Handle, content, part.Offset);
            Assert.Equal(part.Length, length);
            body.Write(content);
        }

        Assert.Equal(answer.BodyBytes, body.Length);
        return new Reply(answer.Status, Encoding.ASCII.GetString(answer.Head.Bytes), body.ToArray());
    }

    private static byte[] Value(ReadOnlySpan<(string Name, string Value)> headers, string name)
    {
        foreach (var header in headers)
        {
            if (header.Name == name)
            {
                return Encoding.Latin1.GetBytes(header.Value);
            }
        }

        return [];
    }
}
