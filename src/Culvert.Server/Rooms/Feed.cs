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
    public static void Hear(Subscription subscription, LogPage? page)
    {
        subscription.IsReading = false;
        if (subscription.State != SubscriptionState.Parked)
        {
            page?.Dispose();
            return;
        }

        subscription.Page = page;
    }

    /// <summary>The next run of bytes of a live reader of one room, shared with all that stand at the same offset.</summary>
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

        subscription.Next = batch.Next;
        if (batch.Next < ring.NextOffset)
        {
            loop.MarkDirty(subscriber);
        }

        bytes = batch.Bytes.WrittenSpan;
        return bytes.Length > 0;
    }

    /// <summary>Adds what one subscription has to send, about a quantum at most.</summary>
    public void Take(Subscriber subscriber, Subscription subscription, ArrayBufferWriter<byte> output)
    {
        if (output.WrittenCount > options.QuantumBytes)
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
        if (subscription.Page is not { } page)
        {
            if (!subscription.IsReading)
            {
                subscription.IsReading = true;
                catchUp.Read(loop, subscription);
            }

            return;
        }

        subscription.Page = null;
        using (page)
        {
            if (page.Failed)
            {
                var subscriber = subscription.Subscriber;
                loop.End(subscriber, Goodbye.Of(subscriber.Face, StreamCloseCode.Overloaded, 1000));
                return;
            }

            WritePage(subscription, page, output);
        }

        subscription.Replayed += page.Count;
        subscription.Next = Math.Max(subscription.Next, page.NextOffset);
        Settle(subscription);
        loop.MarkDirty(subscription.Subscriber);
    }

    private static void WritePage(Subscription subscription, LogPage page, ArrayBufferWriter<byte> output)
    {
        if (page.Ends.FloorOffset > subscription.Next)
        {
            // The floor passed the reader between two pages.
            var gap = new Gap(subscription.Next - 1, page.Ends.FloorOffset, page.Ends.FloorWhy);
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
            if (subscriber.Face == Face.EventStreamBody)
            {
                FaceWriter.WriteId(output, Token(subscriber, subscription, encoded.Offset));
            }

            output.Write(encoded.As(subscriber.Face));
            subscription.Next = encoded.Offset + 1;
        }

        _events.Clear();
        if (subscription.Next < subscription.Room.Ring.NextOffset)
        {
            loop.MarkDirty(subscriber);
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

    private static void BeReady(Subscription subscription)
    {
        subscription.IsReady = true;
        var subscriber = subscription.Subscriber;
        var line = new ArrayBufferWriter<byte>(128);
        if (!subscriber.IsMultiRoom)
        {
            var cursor = new RoomCursor(subscription.Room.Epoch, subscription.Next - 1);
            var version = subscription.Room.PresenceVersion;
            EventWriter.WriteReady(line, subscription.Room.Name, cursor, version, subscription.Replayed);
            subscriber.AddOwn(Control(subscriber, "ready"u8, line.WrittenSpan, cursor.ToString()));
        }
        else if (subscriber.Subscriptions.Count == subscriber.ExpectedRooms
            && subscriber.Subscriptions.TrueForAll(each => each.IsReady))
        {
            var token = Token(subscriber, null, 0);
            var replayed = subscriber.Subscriptions.Sum(each => each.Replayed);
            EventWriter.WriteReadyAll(line, token, replayed);
            subscriber.AddOwn(Control(subscriber, "ready"u8, line.WrittenSpan, token));
        }
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

    /// <summary>The position in all rooms of the stream, with <paramref name="at"/> standing at the given offset.</summary>
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
