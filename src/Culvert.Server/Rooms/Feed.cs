using System.Buffers;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// Puts together what a subscription has to send: from the ring while it keeps up, from pages of the store while it is
/// behind. There is no buffering and no merging: a cursor is in one of the two places.
/// </summary>
/// <remarks>Part of one writer loop; runs on its thread only. Step 7 of the main path (ARCHITECTURE.md).</remarks>
internal sealed class Feed(WriterLoop loop, RoomOptions options, CatchUp catchUp)
{
    private readonly List<EncodedEvent> _events = [];

    /// <summary>Starts a subscription whose <see cref="Subscription.Next"/> was placed by its room.</summary>
    public void Begin(Subscription subscription)
    {
        if (subscription.Gap is { } gap)
        {
            subscription.Subscriber.AddOwn(GapLine(subscription, gap));
        }

        Settle(subscription);
    }

    /// <summary>Takes a page that was read from the store for the subscription.</summary>
    public void Hear(Subscription subscription, LogPage? page)
    {
        var subscriber = subscription.Subscriber;
        if (subscription.State == SubscriptionState.Parked && page is not null)
        {
            subscription.Page = page;
            return;
        }

        subscriber.IsReading = false;
        page?.Dispose();
        if (subscription.State == SubscriptionState.Parked)
        {
            loop.End(subscriber, Goodbye.Of(subscriber.Face, StreamCloseCode.Overloaded, 1000));
        }
    }

    /// <summary>Gives up the page that waits for a subscription that ends.</summary>
    public void Forget(Subscription subscription)
    {
        if (subscription.Page is { } page)
        {
            page.Dispose();
            subscription.Page = null;
            subscription.Subscriber.IsReading = false;

            // Another subscription may have been waiting to read.
            loop.MarkDirty(subscription.Subscriber);
        }
    }

    /// <summary>
    /// The next run of bytes of a live reader of one room, shared with all that stand at the same offset.
    /// </summary>
    public bool TryTakeShared(Subscriber subscriber, Subscription subscription, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        var ring = subscription.Room.Ring;
        if (subscription.Next >= ring.NextOffset)
        {
            return false;
        }

        var lane = subscription.Room.LaneOf(loop);
        if (!lane.TryTake(subscription.Next, subscriber.Face, options.QuantumBytes, out var batch))
        {
            Park(subscription);
            return false;
        }

        Advance(subscription, batch.Next);
        bytes = batch.Bytes;
        return bytes.Length > 0;
    }

    /// <summary>Adds what one subscription has to send, unless the output is at its limit already.</summary>
    public void Take(Subscriber subscriber, Subscription subscription, ArrayBufferWriter<byte> output, int limit)
    {
        if (output.WrittenCount > limit)
        {
            loop.MarkDirty(subscriber);
        }
        else if (subscription.State == SubscriptionState.Parked)
        {
            TakePage(subscription, output);
        }
        else if (subscriber.IsMultiRoom)
        {
            TakeWithIds(subscriber, subscription, output);
        }
        else if (TryTakeShared(subscriber, subscription, out var shared))
        {
            output.Write(shared);
        }
    }

    /// <summary>
    /// Adds what a reader that has to go has not seen yet, up to the event that says why. One that is further behind
    /// goes without.
    /// </summary>
    public void TakeLast(Subscription subscription, long lastOffset)
    {
        if (subscription.State != SubscriptionState.Live || subscription.Next > lastOffset)
        {
            return;
        }

        _events.Clear();
        if (subscription.Room.Ring.TryRead(subscription.Next, options.QuantumBytes, _events))
        {
            var output = new ArrayBufferWriter<byte>(512);
            foreach (var encoded in _events)
            {
                if (encoded.Offset <= lastOffset)
                {
                    Write(subscription, encoded, output);
                    subscription.Next = encoded.Offset + 1;
                    loop.Delivered++;
                }
            }

            subscription.Subscriber.AddOwn(output.WrittenMemory);
        }

        _events.Clear();
    }

    /// <summary>Adds the newest presence of each room of which the reader missed one.</summary>
    public static void TakeMissedPresence(Subscriber subscriber)
    {
        subscriber.MissedPresence = false;
        foreach (var subscription in subscriber.Subscriptions)
        {
            if (subscription.MissedPresence && subscription.Room.Presence.Last is { } here)
            {
                subscription.MissedPresence = false;
                subscriber.AddOwn(here.As(subscriber.Face));
            }
        }
    }

    /// <summary>Says that a stream of several rooms is live in all of them, with its position in each.</summary>
    public static void WriteReadyAll(Subscriber subscriber, ArrayBufferWriter<byte> output)
    {
        subscriber.SaidReady = true;
        var token = Token(subscriber, null, 0);
        var line = new ArrayBufferWriter<byte>(128);
        EventWriter.WriteReadyAll(line, token, subscriber.Subscriptions.Sum(each => each.Replayed));
        output.Write(Control(subscriber, "ready"u8, line.WrittenSpan, token));
    }

    /// <summary>Looks whether a stream of several rooms has become live in all that are left of them.</summary>
    public void LookIfReady(Subscriber subscriber)
    {
        if (subscriber is { IsMultiRoom: true, IsReady: false }
            && subscriber.Attached >= subscriber.ExpectedRooms
            && subscriber.Subscriptions.Count > 0
            && subscriber.Subscriptions.TrueForAll(static each => each.IsReady))
        {
            subscriber.IsReady = true;
            loop.MarkDirty(subscriber);
        }
    }

    /// <summary>
    /// Tells a multi-room NDJSON reader where it stands: lines of several rooms have no other place for a cursor.
    /// </summary>
    public static void WritePosition(Subscriber subscriber, ArrayBufferWriter<byte> output)
    {
        if (subscriber.Face == Face.Ndjson)
        {
            output.Write("{\"ev\":\"cursor\",\"cursor\":\""u8);
            Encoding.ASCII.GetBytes(Token(subscriber, null, 0), output);
            output.Write("\"}\n"u8);
        }
    }

    /// <summary>The goodbye of one room on a connection that goes on.</summary>
    public static byte[] RoomBye(Subscriber subscriber, Room room, StreamCloseCode code)
    {
        var line = new ArrayBufferWriter<byte>(128);
        EventWriter.WriteBye(line, code, room: room.Name);
        return Control(subscriber, "bye"u8, line.WrittenSpan);
    }

    private void TakePage(Subscription subscription, ArrayBufferWriter<byte> output)
    {
        var subscriber = subscription.Subscriber;
        if (subscription.Page is not { } page)
        {
            if (!subscriber.IsReading)
            {
                subscriber.IsReading = true;
                catchUp.Read(loop, subscription);
            }

            return;
        }

        subscription.Page = null;
        subscriber.IsReading = false;
        var from = subscription.Next;
        using (page)
        {
            WritePage(subscription, page, output);
            subscription.Replayed += page.Count;
            loop.Delivered += page.Count;
            subscription.Next = Math.Max(from, page.NextOffset);
        }

        Settle(subscription);
        loop.MarkDirty(subscriber);
        if (subscription.State == SubscriptionState.Parked && subscription.Next == from)
        {
            // The store lacks what the room says is there: reading on would never end.
            loop.End(subscriber, Goodbye.Of(subscriber.Face, StreamCloseCode.Overloaded, 1000));
        }
    }

    private static void WritePage(Subscription subscription, LogPage page, ArrayBufferWriter<byte> output)
    {
        if (page.FloorOffset > subscription.Next)
        {
            // The floor passed the reader between two pages.
            var gap = new Gap(subscription.Next - 1, page.FloorOffset, page.FloorWhy);
            output.Write(GapLine(subscription, gap));
        }

        if (page.Starts is not { } starts)
        {
            output.Write(page.Bytes);
            return;
        }

        for (var i = 0; i < starts.Count; i++)
        {
            var end = i + 1 < starts.Count ? starts[i + 1].Start : page.Length;
            FaceWriter.WriteId(output, Token(subscription.Subscriber, subscription, starts[i].Offset));
            output.Write(page.Bytes[starts[i].Start..end]);
        }
    }

    private void TakeWithIds(Subscriber subscriber, Subscription subscription, ArrayBufferWriter<byte> output)
    {
        if (subscription.Next >= subscription.Room.Ring.NextOffset)
        {
            return;
        }

        _events.Clear();
        if (!subscription.Room.Ring.TryRead(subscription.Next, options.QuantumBytes, _events))
        {
            Park(subscription);
            return;
        }

        foreach (var encoded in _events)
        {
            Write(subscription, encoded, output);
        }

        Advance(subscription, subscription.Next + _events.Count);
        _events.Clear();
    }

    private static void Write(Subscription subscription, EncodedEvent encoded, ArrayBufferWriter<byte> output)
    {
        var subscriber = subscription.Subscriber;
        if (subscriber is { IsMultiRoom: true, Face: Face.EventStreamBody })
        {
            FaceWriter.WriteId(output, Token(subscriber, subscription, encoded.Offset));
        }

        output.Write(encoded.As(subscriber.Face));
    }

    /// <summary>Moves the cursor over events from the ring that were taken.</summary>
    private void Advance(Subscription subscription, long next)
    {
        loop.Delivered += next - subscription.Next;
        if (!subscription.IsReady)
        {
            subscription.Replayed += next - subscription.Next;
        }

        subscription.Next = next;
        if (next < subscription.Room.Ring.NextOffset)
        {
            loop.MarkDirty(subscription.Subscriber);
        }

        if (!subscription.IsReady && next >= subscription.ReadyAt)
        {
            BeReady(subscription);
        }
    }

    private void Park(Subscription subscription)
    {
        subscription.State = SubscriptionState.Parked;
        loop.MarkDirty(subscription.Subscriber);
    }

    /// <summary>Live once the cursor is inside the ring, and then it is true: nothing before it is missing.</summary>
    private void Settle(Subscription subscription)
    {
        if (subscription.Next < subscription.Room.Ring.FloorOffset)
        {
            Park(subscription);
            return;
        }

        subscription.State = SubscriptionState.Live;
        if (!subscription.IsReady && subscription.Next >= subscription.ReadyAt)
        {
            BeReady(subscription);
        }
    }

    private void BeReady(Subscription subscription)
    {
        subscription.IsReady = true;
        var subscriber = subscription.Subscriber;
        if (subscriber.IsMultiRoom)
        {
            LookIfReady(subscriber);
            return;
        }

        // As own bytes it comes after what was taken in this visit and before everything later.
        var line = new ArrayBufferWriter<byte>(128);
        var cursor = new RoomCursor(subscription.Room.Epoch, subscription.Next - 1);
        var version = subscription.Room.Presence.Version;
        EventWriter.WriteReady(line, subscription.Room.Name, cursor, version, subscription.Replayed);
        subscriber.AddOwn(Control(subscriber, "ready"u8, line.WrittenSpan, cursor.ToString()));
        loop.MarkDirty(subscriber);
    }

    private static byte[] GapLine(Subscription subscription, Gap gap)
    {
        var line = new ArrayBufferWriter<byte>(128);
        EventWriter.WriteGap(line, subscription.Room.Name, gap.Have, gap.Floor, gap.Why);
        return Control(subscription.Subscriber, "gap"u8, line.WrittenSpan);
    }

    private static byte[] Control(
        Subscriber subscriber, ReadOnlySpan<byte> name, ReadOnlySpan<byte> line, string? cursor = null)
    {
        var bytes = new ArrayBufferWriter<byte>(line.Length + 128);
        var id = cursor is null ? [] : Encoding.ASCII.GetBytes(cursor);
        FaceWriter.WriteControl(bytes, subscriber.Face, name, line, id);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>
    /// The position in all rooms of the stream, with <paramref name="at"/> standing at the given offset.
    /// </summary>
    private static string Token(Subscriber subscriber, Subscription? at, long offset)
    {
        var cursors = new List<(string, RoomCursor)>(subscriber.Subscriptions.Count);
        foreach (var each in subscriber.Subscriptions)
        {
            cursors.Add((each.Room.Name, new RoomCursor(each.Room.Epoch, each == at ? offset : each.Next - 1)));
        }

        return CursorSet.Encode(cursors);
    }
}
