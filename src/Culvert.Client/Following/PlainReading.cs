using System.Text.Json;
using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Following;

/// <summary>Reads any stream of lines or events: every line is one item.</summary>
internal sealed class PlainReading(Uri address) : IStreamReading<StreamLine>
{
    private bool _isEventStream;

    public string? Cursor { get; private set; }

    // An EventSource comes back after every end (WHATWG HTML §9.2.3); a body of lines that is over is over.
    public bool EndIsFinal => !_isEventStream;

    public RoomEvent? Bye { get; private set; }

    public Uri Address => address;

    public void Opened(HttpResponseMessage answer) =>
        _isEventStream = answer.Content.Headers.ContentType?.MediaType == StreamConnection.EventStreamType;

    public LineVerdict Read(ReadOnlySpan<byte> line, ServerSentEvent? source, out StreamLine? item)
    {
        item = null;
        if (source is not null)
        {
            Cursor = source.LastEventId.Length > 0 ? source.LastEventId : Cursor;
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
            if (!IsJson(line))
            {
                return LineVerdict.Bad;
            }

            item = new StreamLine(line.ToArray(), null, null);
        }

        return LineVerdict.Take;
    }

    private static bool IsJson(ReadOnlySpan<byte> line)
    {
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
