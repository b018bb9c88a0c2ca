using Culvert.Protocol.EventStreams;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Following;

/// <summary>Reads the events of one room, or of several in one stream.</summary>
internal sealed class RoomReading(Uri address, bool isSingle, bool live) : IStreamReading<RoomEvent>
{
    private const string EpochHeader = "Culvert-Epoch";

    private readonly RoomPlaces _places = new(isSingle);

    public string? Cursor => _places.Cursor;

    // Servers end streams to move load; only a bye can say that there is no more.
    public bool EndIsFinal => false;

    public string WhyBad => "not the JSON of an event";

    public RoomEvent? Bye { get; private set; }

    public Uri Address
    {
        get
        {
            if (Cursor is { } cursor)
            {
                return StreamAddress.With(address, "since", cursor);
            }

            // Cut within the replay, on a server that did not say which log it is. "The last 50" are others by now, and
            // what lies between would be missing; from the start nothing is, and the known offsets are dropped.
            return _places.HasAny ? StreamAddress.With(address, "since", "start") : address;
        }
    }

    public void Opened(HttpResponseMessage answer)
    {
        _places.Opened(answer.Headers.TryGetValues(EpochHeader, out var values) ? values.FirstOrDefault() : null);
    }

    // Every event of a room has its place; an id without an event says nothing new.
    public void Closed(string? lastEventId)
    {
    }

    public LineVerdict Read(ReadOnlySpan<byte> line, ServerSentEvent? source, out RoomEvent? item)
    {
        item = null;
        if (line.SequenceEqual(EventWriter.Heartbeat))
        {
            return LineVerdict.Skip;
        }

        if (!RoomEventReader.TryRead(line, out item) || item is null)
        {
            return LineVerdict.Bad;
        }

        switch (item)
        {
            case { Ev: "hb" }:
                return LineVerdict.Skip;
            case { Ev: "bye" }:
                Bye = item;
                return LineVerdict.Bye;
            case { Ev: "ready", Cursor: { } cursor }:
                _places.Ready(item.Room, cursor);
                return live ? LineVerdict.Take : LineVerdict.TakeAndCaughtUp;
            case { Ev: "gap", Room: { } room }:
                _places.Gap(room, item.Floor, item.Why);
                return LineVerdict.Take;
            case { Offset: > 0, Room: { } room }:
                var id = source?.LastEventId is { Length: > 0 } text ? text : null;
                return _places.Advance(room, item.Offset, id) ? LineVerdict.Take : LineVerdict.Skip;
            default:
                return LineVerdict.Take;
        }
    }
}
