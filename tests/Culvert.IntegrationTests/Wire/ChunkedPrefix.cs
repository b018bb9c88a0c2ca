using System.Globalization;
using System.Text;

namespace Culvert.IntegrationTests.Wire;

/// <summary>What a client knows of a chunked response of which it got only a part.</summary>
internal sealed class ChunkedPrefix
{
    private ChunkedPrefix(byte[] body, bool isComplete)
    {
        Body = body;
        IsComplete = isComplete;
    }

    /// <summary>The body bytes that came; empty while the header is not complete.</summary>
    public byte[] Body { get; }

    /// <summary>True when the last chunk came.</summary>
    public bool IsComplete { get; }

    public static ChunkedPrefix Of(ReadOnlySpan<byte> raw)
    {
        var headerEnd = raw.IndexOf("\r\n\r\n"u8);
        if (headerEnd < 0)
        {
            return new ChunkedPrefix([], false);
        }

        Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(raw[..headerEnd]), StringComparison.Ordinal);
        var body = new List<byte>(raw.Length);
        var rest = raw[(headerEnd + 4)..];
        while (rest.IndexOf("\r\n"u8) is var sizeEnd and > 0)
        {
            var size = int.Parse(
                Encoding.ASCII.GetString(rest[..sizeEnd]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            rest = rest[(sizeEnd + 2)..];
            if (size == 0)
            {
                return new ChunkedPrefix([.. body], true);
            }

            body.AddRange(rest[..Math.Min(size, rest.Length)]);
            if (rest.Length < size + 2)
            {
                break;
            }

            rest = rest[(size + 2)..];
        }

        return new ChunkedPrefix([.. body], false);
    }
}
