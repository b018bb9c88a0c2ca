using System.Buffers.Binary;
using System.Text;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Resuming;

/// <summary>/v1/ws, resumed by the <c>since</c> of <c>sub</c>; a frame counts when it is complete.</summary>
/// <remarks>The plain face is not here: it has no cursors, by design.</remarks>
internal sealed class SocketFace(string token, string epoch) : IStreamFace
{
    public string Name => "WebSocket";

    public IEnumerable<byte[]> Requests(string cursor) =>
    [
        Encoding.ASCII.GetBytes(
            "GET /v1/ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
            $"Authorization: Bearer {token}\r\n\r\n"),
        RawFrame.BuildText($$"""{"id":1,"op":"sub","room":"lobby","since":"{{cursor}}"}"""),
    ];

    public StreamPrefix Read(ReadOnlySpan<byte> raw)
    {
        var lines = Lines(raw);
        var events = lines.Where(EventLine.IsDurable).ToList();
        var cursor = events.Count == 0 ? null : $"{epoch}-{EventLine.OffsetOf(events[^1])}";
        return new StreamPrefix(events, cursor, lines.Exists(l => EventLine.Is(l, "ready")));
    }

    private static List<string> Lines(ReadOnlySpan<byte> raw)
    {
        List<string> lines = [];
        var headerEnd = raw.IndexOf("\r\n\r\n"u8);
        var rest = headerEnd < 0 ? default : raw[(headerEnd + 4)..];
        while (rest.Length >= 2)
        {
            var header = (rest[1] & 0x7f) switch { 126 => 4, 127 => 10, _ => 2 };
            if (rest.Length < header)
            {
                break;
            }

            var length = header switch
            {
                4 => BinaryPrimitives.ReadUInt16BigEndian(rest[2..]),
                10 => (int)BinaryPrimitives.ReadInt64BigEndian(rest[2..]),
                _ => rest[1] & 0x7f,
            };
            if (rest.Length < header + length)
            {
                break;
            }

            if ((rest[0] & 15) == RawFrame.TextMessage)
            {
                lines.AddRange(Encoding.UTF8.GetString(rest.Slice(header, length)).Split('\n'));
            }

            rest = rest[(header + length)..];
        }

        return lines;
    }
}
