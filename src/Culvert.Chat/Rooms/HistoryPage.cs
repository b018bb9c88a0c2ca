using System.Text.Json;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;

namespace Culvert.Chat.Rooms;

/// <summary>
/// A page of messages with all that is needed to show it: the notices between them, and the messages they answer.
/// </summary>
/// <param name="Room">Name of the room.</param>
/// <param name="Ends">The ends of the log in the snapshot of the page.</param>
/// <param name="Events">The messages, ascending.</param>
/// <param name="Notices">Events about no message, newest first; <c>seq</c> is that of the message before.</param>
/// <param name="Quotes">Messages outside of the page that some in it answer, in no order.</param>
/// <param name="Messages">The messages, read.</param>
/// <param name="Quoted">The quotes, read, by number.</param>
internal sealed record HistoryPage(
    string Room,
    LogEnds Ends,
    PageEvents Events,
    PageEvents Notices,
    PageEvents Quotes,
    IReadOnlyList<ShownMessage> Messages,
    IReadOnlyDictionary<long, ShownMessage> Quoted)
{
    /// <summary>True when there are messages before the first.</summary>
    public bool HasOlder => Events.Count > 0 && Events.FirstSeq > Ends.FloorSeq;

    /// <summary>True when there are messages after the last.</summary>
    public bool HasNewer => Events.Count > 0 && Events.LastSeq < Ends.LastSeq;

    /// <summary>Everybody who wrote one of the messages, or is named beside one or in a notice.</summary>
    public IEnumerable<string> Names => Messages.Concat(Quoted.Values).Select(static message => message.From)
        .Concat(ShownNotice.ReadAll(Notices.Bytes).SelectMany(static notice => new[] { notice.Actor, notice.User }))
        .Where(static name => name.Length > 0)
        .Distinct(StringComparer.Ordinal);

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("room"u8, Room);
        json.WriteString("epoch"u8, Ends.Epoch);
        json.WriteString("cursor"u8, new RoomCursor(Ends.Epoch, Ends.LastOffset).ToString());
        json.WriteNumber("floor"u8, Ends.FloorOffset);
        json.WriteNumber("seq"u8, Ends.LastSeq);
        json.WriteBoolean("older"u8, HasOlder);
        json.WriteBoolean("newer"u8, HasNewer);
        WriteLines(json, "events"u8, Events);
        WriteLines(json, "notices"u8, Notices);
        WriteLines(json, "quotes"u8, Quotes);
        json.WriteEndObject();
    }

    /// <summary>Lines are written as they are, and are JSON already.</summary>
    private static void WriteLines(Utf8JsonWriter json, ReadOnlySpan<byte> name, PageEvents lines)
    {
        json.WritePropertyName(name);
        json.WriteRawValue([(byte)'[', .. lines.Bytes, (byte)']'], skipInputValidation: true);
    }
}
