using System.Text;
using Culvert.IntegrationTests.Servers;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.Resuming;

/// <summary>SSE, resumed by <c>Last-Event-ID</c> as a browser does: only an event with its blank line counts.</summary>
internal sealed class EventStreamFace(string token) : IStreamFace
{
    public string Name => "SSE";

    public IEnumerable<byte[]> Requests(string cursor) =>
    [
        // A browser keeps the address it began with; the header wins.
        Encoding.ASCII.GetBytes(
            "GET /v1/rooms/lobby/events?since=start HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n" +
            $"Authorization: Bearer {token}\r\n" +
            (cursor == "start" ? "" : $"Last-Event-ID: {cursor}\r\n") + "\r\n"),
    ];

    public StreamPrefix Read(ReadOnlySpan<byte> raw)
    {
        var body = ChunkedPrefix.Of(raw).Body;
        var end = body.AsSpan().LastIndexOf("\n\n"u8);
        var text = end < 0 ? "" : Encoding.UTF8.GetString(body.AsSpan(0, end));
        List<string> events = [];
        string? cursor = null;
        var isReady = false;
        foreach (var block in text.Split("\n\n"))
        {
            var fields = block.Split('\n');
            cursor = fields.LastOrDefault(f => f.StartsWith("id: ", StringComparison.Ordinal))?[4..] ?? cursor;
            var data = fields.FirstOrDefault(f => f.StartsWith("data: ", StringComparison.Ordinal))?[6..];
            if (data is not null && EventLine.IsDurable(data))
            {
                events.Add(data);
            }

            isReady |= data is not null && EventLine.Is(data, "ready");
        }

        return new StreamPrefix(events, cursor, isReady);
    }
}
