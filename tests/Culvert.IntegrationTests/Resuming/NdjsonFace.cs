using System.Text;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Resuming;

/// <summary>NDJSON, resumed by <c>?since=</c> with the epoch and the offset of the last whole line.</summary>
internal sealed class NdjsonFace(string token, string epoch) : IStreamFace
{
    public string Name => "NDJSON";

    public IEnumerable<byte[]> Requests(string cursor) =>
    [
        Encoding.ASCII.GetBytes(
            $"GET /v1/rooms/lobby/events?since={cursor} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\n\r\n"),
    ];

    public StreamPrefix Read(ReadOnlySpan<byte> raw)
    {
        var body = ChunkedPrefix.Of(raw).Body;
        var whole = body.AsSpan(0, body.AsSpan().LastIndexOf((byte)'\n') + 1);
        var lines = Encoding.UTF8.GetString(whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var events = lines.Where(EventLine.IsDurable).ToList();
        var cursor = events.Count == 0 ? null : $"{epoch}-{EventLine.OffsetOf(events[^1])}";
        return new StreamPrefix(events, cursor, lines.Any(l => EventLine.Is(l, "ready")));
    }
}
