using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>What one connection says about whether somebody sits before it. Used by its read loop only.</summary>
internal sealed class AwayReport(RoomDirectory rooms)
{
    private bool? _said;

    /// <summary>Notes it, and tells the rooms when the user is away or back by it.</summary>
    /// <param name="user">The user's name.</param>
    /// <param name="away">Null when the connection ends.</param>
    /// <param name="subscriptions">The rooms that the connection follows, or did until its end.</param>
    public void Say(string user, bool? away, IEnumerable<Subscription> subscriptions)
    {
        var changed = rooms.Away.Change(user, _said, away);
        _said = away;
        if (changed is { } isAway)
        {
            foreach (var subscription in subscriptions)
            {
                var room = subscription.Room;
                rooms.Announce(room, EphemeralEvent.Away(room.Name, user, isAway));
            }
        }
    }
}
