using System.Buffers;

namespace Culvert.Server.Rooms;

/// <summary>
/// Puts together what one connection is to be sent now and sends it at once: its own bytes, then its rooms'.
/// </summary>
/// <remarks>Part of one writer loop; runs on its thread only. Step 6 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class Visitor(WriterLoop loop, Feed feed, RoomOptions options)
{
    private readonly ArrayBufferWriter<byte> _scratch = new(64 * 1024);

    /// <summary>
    /// Sends about a quantum. A connection with more to say is marked dirty again; a full one is left alone.
    /// </summary>
    public void Visit(Subscriber subscriber)
    {
        if (subscriber.IsBlocked || subscriber.IsFinished)
        {
            return;
        }

        _scratch.ResetWrittenCount();
        if (!TakeOwn(subscriber))
        {
            // What is left of them has to go out before anything of a room: a gap line, a ready.
            loop.MarkDirty(subscriber);
            Send(subscriber, _scratch.WrittenSpan);
            return;
        }

        if (subscriber.Ending is { } goodbye)
        {
            _scratch.Write(goodbye.Farewell);
            Count(subscriber, _scratch.WrittenCount);
            subscriber.Outlet.Send(_scratch.WrittenSpan, subscriber);
            loop.Finish(subscriber, goodbye.Code);
            return;
        }

        // The usual connection reads one room: its share of the room's bytes is sent as it is, without a copy.
        if (_scratch.WrittenCount == 0
            && subscriber is { IsMultiRoom: false, Subscriptions: [{ State: SubscriptionState.Live } only] })
        {
            if (feed.TryTakeShared(subscriber, only, out var shared))
            {
                Send(subscriber, shared);
            }

            return;
        }

        TakeRooms(subscriber);
        if (_scratch.WrittenCount > 0)
        {
            Send(subscriber, _scratch.WrittenSpan);
        }
    }

    /// <summary>Takes about a quantum of the own bytes; false when some are left.</summary>
    private bool TakeOwn(Subscriber subscriber)
    {
        if (subscriber.MissedPresence)
        {
            Feed.TakeMissedPresence(subscriber);
        }

        if (subscriber.Own is not { } own)
        {
            return true;
        }

        var bytes = 0;
        while (bytes < options.QuantumBytes && own.TryDequeue(out var part))
        {
            _scratch.Write(part.Span);
            bytes += part.Length;
        }

        subscriber.TookOwn(bytes);
        if (own.Count > 0)
        {
            return false;
        }

        subscriber.Own = null;
        return true;
    }

    private void TakeRooms(Subscriber subscriber)
    {
        if (subscriber.IsMultiRoom)
        {
            if (subscriber.Attached < subscriber.ExpectedRooms)
            {
                // A position that lacks a room would skip what comes before that room is attached.
                return;
            }

            if (subscriber is { IsReady: true, SaidReady: false, Subscriptions.Count: > 0 })
            {
                Feed.WriteReadyAll(subscriber, _scratch);
            }
        }

        var own = _scratch.WrittenCount;
        var subscriptions = subscriber.Subscriptions;
        for (var i = 0; i < subscriptions.Count; i++)
        {
            var subscription = subscriptions[(subscriber.First + i) % subscriptions.Count];
            feed.Take(subscriber, subscription, _scratch, own + options.QuantumBytes);
        }

        subscriber.First = subscriptions.Count > 1 ? (subscriber.First + 1) % subscriptions.Count : 0;
        if (subscriber.IsMultiRoom && _scratch.WrittenCount > own)
        {
            Feed.WritePosition(subscriber, _scratch);
        }
    }

    private void Send(Subscriber subscriber, ReadOnlySpan<byte> bytes)
    {
        subscriber.LastSent = loop.TurnMilliseconds;
        Count(subscriber, bytes.Length);
        switch (subscriber.Outlet.Send(bytes, subscriber))
        {
            case SendResult.Blocked:
                subscriber.IsBlocked = true;
                break;
            case SendResult.Ended:
                loop.Finish(subscriber, null);
                break;
            default:
                break;
        }
    }

    private void Count(Subscriber subscriber, int bytes)
    {
        subscriber.BytesSent += bytes;
        loop.BytesSent += bytes;
    }
}
