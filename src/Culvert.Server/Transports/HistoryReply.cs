using System.Buffers;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>Collects a page of history as the members of a reply, bounded in bytes.</summary>
internal sealed class HistoryReply : IEventSink
{
    /// <summary>A page ends early rather than grow beyond this; the client asks for the next one.</summary>
    private const int MaxBytes = 256 * 1024;

    private readonly ArrayBufferWriter<byte> _members = new(4096);
    private int _count;
    private bool _cut;

    public HistoryReply()
    {
        _members.Write("\"events\":["u8);
    }

    /// <summary>The reply's members, after <see cref="Finish"/>.</summary>
    public ReadOnlySpan<byte> Members => _members.WrittenSpan;

    /// <summary>The page a <c>hist</c> command asks for.</summary>
    public static MessagePage PageOf(in ClientCommand command) => command switch
    {
        { Before: { } before } => new MessagePage(PageAnchor.Before, before, command.Limit),
        { After: { } after } => new MessagePage(PageAnchor.After, after, command.Limit),
        { Around: { } around } => new MessagePage(PageAnchor.Around, around, command.Limit),
        { At: { } at } => new MessagePage(PageAnchor.Time, at, command.Limit),
        _ => new MessagePage(PageAnchor.Latest, 0, command.Limit),
    };

    /// <summary>The members of a <c>who</c> reply.</summary>
    public static string MembersOf(Room room, AwayUsers away)
    {
        var (version, names) = room.Presence.Members();
        var output = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(output, LooseJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteNumber("pv"u8, version);
            json.WriteStartArray("online"u8);
            foreach (var name in names)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteStartArray("away"u8);
            foreach (var name in away.Among(names))
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(output.WrittenSpan[1..^1]);
    }

    public bool OnEvent(in RoomEventView roomEvent)
    {
        if (_count++ > 0)
        {
            _members.Write(","u8);
        }

        EventWriter.Write(_members, roomEvent);
        return !(_cut = _members.WrittenCount > MaxBytes);
    }

    public void Finish(in LogEnds ends, MessagePage page)
    {
        var more = _cut || _count >= page.Limit;
        _members.Write(Encoding.ASCII.GetBytes(
            $"],\"epoch\":\"{ends.Epoch}\",\"cursor\":\"{ends.Epoch}-{ends.LastOffset}\",\"floor\":{ends.FloorOffset},"
            + $"\"seq\":{ends.LastSeq},\"more\":{(more ? "true" : "false")}"));
    }
}
