using System.Buffers;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>A line for all WebSockets of some users, whatever rooms they follow.</summary>
/// <param name="userIds">Who is told; not changed any more.</param>
/// <param name="roomKey">Name key of the room it is about: credentials that do not open it learn nothing.</param>
/// <param name="event">The line in its wire forms; called by the loops.</param>
internal sealed class UserNews(IReadOnlySet<long> userIds, string roomKey, EphemeralEvent @event)
{
    public EphemeralEvent Event { get; } = @event;

    /// <summary>The same for the connections to other nodes.</summary>
    public BusMessage.News Message => new([.. userIds], roomKey, Event.Name, Event.Line);

    /// <summary>What another node tells.</summary>
    public static UserNews Of(BusMessage.News news) => new(
        news.UserIds.ToHashSet(), news.RoomKey, new EphemeralEvent(news.Name.ToArray(), news.Line.ToArray()));

    /// <summary>Whether the users belong to a room has changed.</summary>
    public static UserNews OfMembership(IEnumerable<long> userIds, RoomRecord room, bool joined)
    {
        var line = new ArrayBufferWriter<byte>(96);
        EventWriter.WriteRooms(line, room.Name, joined);
        return new UserNews(
            userIds.ToHashSet(), room.NameKey, new EphemeralEvent("rooms"u8.ToArray(), line.WrittenSpan.ToArray()));
    }

    /// <summary>Called by the loop of the connection. One that does not read its lines gets no more of them.</summary>
    public bool IsFor(Subscriber subscriber) =>
        subscriber.Caller is var caller
        && userIds.Contains(caller.UserId)
        && subscriber.Face is Face.Frame or Face.DeflatedFrame
        && caller.Rooms?.Contains(roomKey) != false
        && subscriber is { IsFinished: false, Ending: null, IsCrowded: false };
}
