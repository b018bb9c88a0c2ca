using System.Text;

namespace Culvert.Server.Files;

/// <summary>
/// One coding of a file: its bytes, in memory or in an open file, and the heads that go with them. Immutable.
/// </summary>
internal sealed class Variant
{
    private Variant(
        Coding coding,
        string tag,
        long length,
        ReadOnlyMemory<byte> body,
        OpenFile? file,
        FileStamp stamp,
        HeadFields fields)
    {
        Coding = coding;
        Length = length;
        Body = body;
        File = file;
        Stamp = stamp;
        Tag = Encoding.ASCII.GetBytes(tag);
        Fields = fields with
        {
            ContentLength = length,
            ContentEncoding = NameOf(coding),
            ETag = tag,
        };
        Ok = Fields.ToHead();
        // RFC 9110 §15.4.5: what a cache needs to refresh its copy, and nothing about the body that is not sent.
        NotModified = new HeadFields
        {
            Status = 304,
            CacheControl = fields.CacheControl,
            ETag = tag,
            LastModified = fields.LastModified,
            Vary = fields.Vary,
        }.ToHead();
    }

    public Coding Coding { get; }

    public long Length { get; }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Set when the body is not in memory.</summary>
    public OpenFile? File { get; }

    /// <summary>The state of the file beside, for a variant that came from one.</summary>
    public FileStamp Stamp { get; }

    /// <summary>The entity tag with its quotes; strong, and another for each coding.</summary>
    public byte[] Tag { get; }

    public HeadFields Fields { get; }

    public AnswerHead Ok { get; }

    public AnswerHead NotModified { get; }

    /// <summary>Bytes of memory.</summary>
    public long Weight => Body.Length + Ok.Bytes.Length + NotModified.Bytes.Length + Tag.Length + 512;

    public static Variant InMemory(Coding coding, byte[] body, FileStamp stamp, HeadFields fields) =>
        new(coding, ContentTag.Of(body), body.Length, body, null, stamp, fields);

    public static Variant FromFile(Coding coding, OpenFile file, FileStamp stamp, HeadFields fields) =>
        new(coding, ContentTag.Of(stamp), stamp.Size, default, file, stamp, fields);

    /// <summary>The name in Content-Encoding.</summary>
    public static string? NameOf(Coding coding) => coding switch
    {
        Coding.Brotli => "br",
        Coding.Zstd => "zstd",
        Coding.Gzip => "gzip",
        _ => null,
    };
}
