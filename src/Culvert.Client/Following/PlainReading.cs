using System.Text.Json;
using System.Text.Unicode;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Following;

/// <summary>Reads any stream of lines or events: every line is one item, and JSON unless the type says text.</summary>
internal sealed class PlainReading(Uri address, bool live) : IStreamReading<StreamLine>
{
    private bool _isEventStream;
    private bool _isText;

    public string? Cursor { get; private set; }

    // An EventSource comes back after every end (WHATWG HTML §9.2.3); a body of lines that is over is over.
    public bool EndIsFinal => !_isEventStream || !live;

    public string WhyBad => "not JSON";

    public RoomEvent? Bye { get; private set; }

    public Uri Address => address;

    public void Opened(HttpResponseMessage answer)
    {
        _isEventStream = StreamConnection.IsEventStream(answer);
        _isText = string.Equals(
            answer.Content.Headers.ContentType?.MediaType, "text/plain", StringComparison.OrdinalIgnoreCase);
    }

    // An id may come in an event without data, and an empty one takes the last back (WHATWG HTML §9.2.6).
    public void Closed(string? lastEventId) => Cursor = string.IsNullOrEmpty(lastEventId) ? null : lastEventId;

    public LineVerdict Read(ReadOnlySpan<byte> line, ServerSentEvent? source, out StreamLine? item)
    {
        item = null;
        if (source is not null)
        {
            Cursor = source.LastEventId.Length > 0 ? source.LastEventId : null;
            item = new StreamLine(source.Data, Cursor, source.Name == "message" ? null : source.Name);
        }

        if (line.SequenceEqual(EventWriter.Heartbeat))
        {
            return LineVerdict.Skip;
        }

        if (line.StartsWith("{\"ev\":\"bye\","u8) && RoomEventReader.TryRead(line, out var bye))
        {
            Bye = bye;
            return LineVerdict.Bye;
        }

        if (source is null)
        {
            if (!_isText && !IsJson(line))
            {
                return LineVerdict.Bad;
            }

            item = new StreamLine(line.ToArray(), null, null);
        }

        return LineVerdict.Take;
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
        // The reader below looks at the structure only; strings may hold any bytes.
        if (!Utf8.IsValid(line))
        {
            return false;
        }

        var reader = new Utf8JsonReader(line);
        try
        {
            while (reader.Read())
            {
                // Reading to the end is the check.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
