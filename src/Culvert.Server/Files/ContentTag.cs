using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;

namespace Culvert.Server.Files;

/// <summary>Makes strong entity tags (RFC 9110 §8.8.3).</summary>
internal static class ContentTag
{
    // 96 bits: no two contents of one site will ever share them.
    private const int HashBytes = 12;

    /// <summary>From the content, so that a file copied anew keeps its tag.</summary>
    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(content, hash);
        return $"\"{Base64Url.EncodeToString(hash[..HashBytes])}\"";
    }

    /// <summary>From the state, for files too large to be read for it.</summary>
    public static string Of(FileStamp stamp) => string.Create(
        CultureInfo.InvariantCulture, $"\"{stamp.Size:x}-{stamp.Modified:x}-{stamp.Inode:x}\"");
}
