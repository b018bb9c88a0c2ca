using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>Passes what happened in a room on to its subscriptions on one writer loop.</summary>
/// <remarks>Part of one writer loop; runs on its thread only.</remarks>
internal sealed class RoomNews(WriterLoop loop, Feed feed)
{
    /// <summary>There are new events.</summary>
    public void HearDirty(RoomLane lane)
    {
        lane.TakeDirty();
        foreach (var subscription in lane.Subscriptions)
        {
            if (subscription.State == SubscriptionState.Live && !subscription.Subscriber.IsBlocked)
            {
                loop.MarkDirty(subscription.Subscriber);
            }
        }
    }

    /// <summary>Something happened that is not part of the log. Readers that are behind do not get it.</summary>
    public void HearEphemeral(RoomLane lane, EphemeralEvent ephemeral)
    {
        foreach (var subscription in lane.Subscriptions)
        {
            var subscriber = subscription.Subscriber;
            if (!subscription.IsReady || !ephemeral.IsFor(subscriber.Caller.UserId))
            {
                continue;
            }

            if (subscriber.IsBlocked || subscriber.IsCrowded)
            {
                subscription.MissedPresence |= ephemeral.IsPresence;
                subscriber.MissedPresence |= ephemeral.IsPresence;
                continue;
            }

            var bytes = ephemeral.As(subscriber.Face);
            if (bytes.Length > 0)
            {
                subscriber.AddOwn(bytes);
                loop.MarkDirty(subscriber);
            }
        }
    }

    /// <summary>
    /// Something about some users, for every WebSocket of theirs whose credential opens that room. It is so rare that
    /// a look at every connection costs less than an index of them.
    /// </summary>
    public void HearOfUser(UserNews news)
    {
        foreach (var subscriber in loop.Connections)
        {
            if (news.IsFor(subscriber))
            {
                subscriber.AddOwn(news.Event.As(subscriber.Face));
                loop.MarkDirty(subscriber);
            }
        }
    }

    /// <summary>Some readers have to leave.</summary>
    public void HearEvict(RoomLane lane, Eviction eviction)
    {
        foreach (var subscription in lane.Subscriptions.ToArray())
        {
            // Leaving one subscription can end the connection, and with it another of this list.
            if (subscription.State != SubscriptionState.Ended
                && eviction.CodeFor(subscription.Subscriber.Caller) is { } code)
            {
                feed.TakeLast(subscription, eviction.Offset);
                Leave(subscription, code);
            }
        }
    }

    /// <summary>
    /// A subscription was attached. The gate is asked once more: a ban between the first time and now found nobody to
    /// evict.
    /// </summary>
    public void HearAttach(Subscription subscription)
    {
        var subscriber = subscription.Subscriber;
        if (subscriber.IsFinished || subscription.State == SubscriptionState.Ended)
        {
            subscription.State = SubscriptionState.Ended;
            subscription.Room.Exit(subscription);
            return;
        }

        subscriber.Attached++;
        subscriber.Subscriptions.Add(subscription);
        subscription.Room.LaneOf(loop).Add(subscription);
        subscription.State = SubscriptionState.Live;
        var allowed = subscription.Room.Allows(subscriber.Caller, loop.UtcMilliseconds);
        if (allowed >= Capability.Read)
        {
            feed.Begin(subscription);
        }
        else
        {
            // What is not known any more has to be asked again, at the gate.
            Leave(subscription, allowed is null ? StreamCloseCode.Overloaded : StreamCloseCode.AccessLost);
        }
    }

    /// <summary>Ends a subscription, at once and without a word.</summary>
    public void Remove(Subscription subscription)
    {
        if (subscription.State is SubscriptionState.Ended or SubscriptionState.New)
        {
            // One that is still to be attached ends then.
            subscription.State = SubscriptionState.Ended;
            return;
        }

        subscription.State = SubscriptionState.Ended;
        feed.Forget(subscription);
        var subscriber = subscription.Subscriber;
        subscriber.Subscriptions.Remove(subscription);
        subscription.Room.LaneOf(loop).Remove(subscription);
        subscription.Room.Exit(subscription);
        feed.LookIfReady(subscriber);
    }

    private void Leave(Subscription subscription, StreamCloseCode code)
    {
        var subscriber = subscription.Subscriber;
        Remove(subscription);
        if (subscriber.EndsWithRooms
            && subscriber.Subscriptions.Count == 0
            && subscriber.Attached >= subscriber.ExpectedRooms)
        {
            loop.End(subscriber, Goodbye.Of(subscriber.Face, code));
        }
        else
        {
            subscriber.AddOwn(Feed.RoomBye(subscriber, subscription.Room, code));
        }

        loop.MarkDirty(subscriber);
    }
}
