using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Transports;

/// <summary>Lets requests wait for the next event of a room; each is a reader of the room as it waits.</summary>
internal sealed class LongPoll(
    RoomDirectory rooms, WriterLoops loops, ConnectionLimits limits, Draining draining, TimeProvider time)
{
    private const int AgainMilliseconds = 1000;

    /// <summary>
    /// Waits for something after <paramref name="empty"/>. The page is empty again when the time is up, the server
    /// stops or the reader was asked to go; neither a page nor a refusal when the peer has left.
    /// </summary>
    public async ValueTask<(Page? Page, Refusal? Refusal)> WaitAsync(
        HttpContext context, Entered entered, PageQuery query, PageReader reader, Page empty)
    {
        if (draining.IsDraining)
        {
            return (null, new Refusal(ErrorCode.Draining, null, AgainMilliseconds));
        }

        if (!limits.TryEnter(entered.Caller))
        {
            return (null, new Refusal(ErrorCode.TooManyConnections, null, AgainMilliseconds));
        }

        // Ndjson, because every event of the log has a form there.
        var outlet = new PollOutlet();
        var subscriber = new Subscriber(loops.Pick(), outlet, Face.Ndjson, entered.Caller) { EndsWithRooms = true };
        try
        {
            var subscription = new Subscription(entered.Room, subscriber, Since.Now, GapPolicy.Oldest);
            if (RoomDirectory.Enter(subscription) is { } refusal)
            {
                return (null, refusal);
            }

            subscriber.Start();
            subscriber.Attach(subscription);
            var since = Since.After(new RoomCursor(empty.Ends.Epoch, empty.Offset));
            var answer = await WaitAsync(
                context, subscriber, outlet, query.Wait, () => reader.ReadLogAsync(
                    since, query.Gap, query.Limit, context.RequestAborted));
            return await CheckAsync(context, entered, subscriber, answer);
        }
        finally
        {
            subscriber.Lost();
            limits.Exit(entered.Caller);
        }
    }

    /// <summary>Ends with something to say, at the end of the time, or when one of the parties has gone.</summary>
    private async ValueTask<(Page? Page, Refusal? Refusal)> WaitAsync(
        HttpContext context,
        Subscriber subscriber,
        PollOutlet outlet,
        TimeSpan limit,
        Func<ValueTask<(Page? Page, Refusal? Refusal)>> readAsync)
    {
        using var deadline = new CancellationTokenSource(limit, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            deadline.Token, context.RequestAborted, draining.Token);
        await using var registration = ended.Token.UnsafeRegister(
            static state => ((PollOutlet)state!).Wake(), outlet);
        while (true)
        {
            // First to listen, then to read: an event comes either before the one or after the other.
            outlet.Rearm();
            if (context.RequestAborted.IsCancellationRequested)
            {
                return (null, null);
            }

            var answer = await readAsync();
            var isOver = ended.IsCancellationRequested || subscriber.Finished.IsCompleted;
            if (isOver || answer.Page is not { IsEmpty: true })
            {
                return answer;
            }

            await Task.WhenAny(outlet.Woken, subscriber.Finished);
        }
    }

    /// <summary>What was allowed at the beginning may not be any more.</summary>
    private async ValueTask<(Page? Page, Refusal? Refusal)> CheckAsync(
        HttpContext context, Entered entered, Subscriber subscriber, (Page? Page, Refusal? Refusal) answer)
    {
        if (context.RequestAborted.IsCancellationRequested)
        {
            return (null, null);
        }

        if (subscriber.Finished.IsCompletedSuccessfully
            && await subscriber.Finished == StreamCloseCode.SessionEnded)
        {
            return (null, new Refusal(ErrorCode.Unauthorized));
        }

        var entry = await rooms.EnterAsync(
            entered.Caller, entered.Room.Name, Capability.Read, context.RequestAborted);
        return entry.Refusal is null ? answer : (null, entry.Refusal);
    }
}
