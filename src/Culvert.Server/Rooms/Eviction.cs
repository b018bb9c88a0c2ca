using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Readers that have to leave a room.</summary>
/// <param name="UserId">The user to leave; 0 for everybody who is not a member.</param>
/// <param name="Code">What they are told.</param>
internal sealed record Eviction(long UserId, StreamCloseCode Code)
{
    /// <summary>Users that may stay although the eviction is for everybody; null when it is for one user.</summary>
    public Func<long, bool>? MayStay { get; init; }

    public bool Takes(Subscription subscription)
    {
        var caller = subscription.Subscriber.Caller;
        return UserId == 0
            ? caller.ServerRole != RoomRole.Owner && MayStay?.Invoke(caller.UserId) != true
            : caller.UserId == UserId;
    }
}
