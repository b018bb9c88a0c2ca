using System.Text;
using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;

namespace Culvert.Chat.Search;

/// <summary>Takes one message out of a page.</summary>
internal sealed class MessageCollector(long seq) : IEventSink
{
    /// <summary>Its data; null when it is not there or was erased.</summary>
    public byte[]? Data { get; private set; }

    public string From { get; private set; } = "";

    public long At { get; private set; }

    public bool OnEvent(in RoomEventView roomEvent)
    {
        if (roomEvent.Seq == seq && !roomEvent.Erased)
        {
            Data = roomEvent.Data.ToArray();
            From = Encoding.UTF8.GetString(roomEvent.Actor);
            At = roomEvent.At;
        }

        return false;
    }
}
