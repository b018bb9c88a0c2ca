using System.Buffers;
using System.Collections.Concurrent;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// Sends what waits for its connections: visits each dirty one, puts its pending bytes together, sends them at once.
/// </summary>
/// <remarks>
/// One thread owns all state of its connections and subscriptions, so nothing here locks; other threads tell it things
/// through <see cref="Post"/>. It never waits for a socket: a connection that is full is left out until it drains.
/// Step 6 of the main path (ARCHITECTURE.md).
/// </remarks>
internal sealed class WriterLoop : IDisposable
{
    private readonly ConcurrentQueue<LoopItem> _inbox = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly List<Subscriber> _connections = [];
    private readonly ArrayBufferWriter<byte> _scratch = new(64 * 1024);
    private readonly RoomOptions _options;
    private readonly Feed _feed;
    private readonly LoopTimers _timers;
    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Thread _thread;
    private List<Subscriber> _dirty = [];
    private List<Subscriber> _visiting = [];
    private int _asleep;
    private volatile bool _stopping;

    public WriterLoop(int number, RoomOptions options, CatchUp catchUp, TimeProvider time)
    {
        Number = number;
        _options = options;
        _feed = new Feed(this, options, catchUp);
        _timers = new LoopTimers(this, options);
        _time = time;
        _started = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = $"writer {number}" };
    }

    /// <summary>Which of the node's loops this is, from 0.</summary>
    public int Number { get; }

    /// <summary>Connections now; read from other threads it may be a moment old.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Loop only.</summary>
    internal IReadOnlyList<Subscriber> Connections => _connections;

    /// <summary>Milliseconds since the loop was made.</summary>
    public long Milliseconds => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>UTC Unix milliseconds.</summary>
    public long UtcMilliseconds => _time.GetUtcNow().ToUnixTimeMilliseconds();

    public void Start() => _thread.Start();

    public void Post(in LoopItem item)
    {
        _inbox.Enqueue(item);
        if (Volatile.Read(ref _asleep) == 1 && Interlocked.Exchange(ref _asleep, 0) == 1)
        {
            _wake.Set();
        }
    }

    /// <summary>Stops the thread after what it has been told so far. Connections are not told anything.</summary>
    public void Dispose()
    {
        if (_stopping)
        {
            return;
        }

        _stopping = true;
        _wake.Set();
        if (_thread.IsAlive)
        {
            _thread.Join();
        }

        _wake.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            RunOnce();
            if (!_inbox.IsEmpty || _dirty.Count > 0)
            {
                continue;
            }

            if (_stopping)
            {
                return;
            }

            // Announce the sleep, then look once more: a post between the two looks wakes at once.
            Interlocked.Exchange(ref _asleep, 1);
            if (_inbox.IsEmpty)
            {
                _wake.WaitOne();
            }

            Volatile.Write(ref _asleep, 0);
        }
    }

    /// <summary>One turn: hear everything that was told, then visit every dirty connection once.</summary>
    internal void RunOnce()
    {
        while (_inbox.TryDequeue(out var item))
        {
            Hear(item);
        }

        (_visiting, _dirty) = (_dirty, _visiting);
        foreach (var subscriber in _visiting)
        {
            subscriber.IsDirty = false;
            Visit(subscriber);
        }

        _visiting.Clear();
    }

    /// <summary>Loop only: puts the connection on the list of the next round of visits.</summary>
    internal void MarkDirty(Subscriber subscriber)
    {
        if (!subscriber.IsDirty && !subscriber.IsFinished)
        {
            subscriber.IsDirty = true;
            _dirty.Add(subscriber);
        }
    }

    private void Visit(Subscriber subscriber)
    {
        if (subscriber.IsBlocked || subscriber.IsFinished)
        {
            return;
        }

        _scratch.ResetWrittenCount();
        TakeOwn(subscriber);
        if (subscriber.Ending is { } goodbye)
        {
            _scratch.Write(goodbye.Farewell);
            subscriber.Outlet.Send(_scratch.WrittenSpan, subscriber);
            Finish(subscriber, goodbye.Code);
            return;
        }

        // The usual connection reads one room: its share of the room's bytes is sent as it is, without a copy.
        if (_scratch.WrittenCount == 0
            && subscriber is { IsMultiRoom: false, Subscriptions: [{ State: SubscriptionState.Live } only] })
        {
            if (_feed.TryTakeShared(subscriber, only, out var shared))
            {
                Send(subscriber, shared);
            }

            return;
        }

        var own = _scratch.WrittenCount;
        foreach (var subscription in subscriber.Subscriptions)
        {
            _feed.Take(subscriber, subscription, _scratch);
        }

        if (subscriber.IsMultiRoom && _scratch.WrittenCount > own)
        {
            Feed.WritePosition(subscriber, _scratch);
        }

        if (_scratch.WrittenCount > 0)
        {
            Send(subscriber, _scratch.WrittenSpan);
        }
    }

    private void TakeOwn(Subscriber subscriber)
    {
        if (subscriber.Own is not { } own)
        {
            return;
        }

        var bytes = 0;
        while (own.TryDequeue(out var part))
        {
            _scratch.Write(part.Span);
            bytes += part.Length;
        }

        subscriber.Own = null;
        subscriber.TookOwn(bytes);
    }

    private void Send(Subscriber subscriber, ReadOnlySpan<byte> bytes)
    {
        subscriber.LastSent = Milliseconds;
        subscriber.BytesSent += bytes.Length;
        switch (subscriber.Outlet.Send(bytes, subscriber))
        {
            case SendResult.Blocked:
                subscriber.IsBlocked = true;
                break;
            case SendResult.Ended:
                Finish(subscriber, null);
                break;
            default:
                break;
        }
    }

    private void Hear(in LoopItem item)
    {
        switch (item.Kind)
        {
            case LoopItemKind.Dirty:
                HearDirty((RoomLane)item.Target!);
                break;
            case LoopItemKind.Ephemeral:
                HearEphemeral((RoomLane)item.Target!, (EphemeralEvent)item.Argument!);
                break;
            case LoopItemKind.Evict:
                HearEvict((RoomLane)item.Target!, (Eviction)item.Argument!);
                break;
            case LoopItemKind.EndWhere:
                HearEndWhere((Farewells)item.Argument!);
                break;
            case LoopItemKind.Tick:
                _timers.Tick(Milliseconds);
                break;
            default:
                HearOf((Subscriber)item.Target!, item);
                break;
        }
    }

    private void HearOf(Subscriber subscriber, in LoopItem item)
    {
        switch (item.Kind)
        {
            case LoopItemKind.Start:
                subscriber.Index = _connections.Count;
                subscriber.LastSent = Milliseconds;
                _connections.Add(subscriber);
                return;
            case LoopItemKind.Send:
                HearSend(subscriber, (byte[])item.Argument!);
                return;
            case LoopItemKind.Drained:
                subscriber.IsBlocked = false;
                subscriber.LastSent = Milliseconds;
                break;
            case LoopItemKind.Attach:
                HearAttach(subscriber, (Subscription)item.Argument!);
                break;
            case LoopItemKind.Detach:
                Remove((Subscription)item.Argument!);
                break;
            case LoopItemKind.Page:
                Feed.Hear((Subscription)item.Argument!, item.Page);
                break;
            case LoopItemKind.End:
                End(subscriber, (Goodbye)item.Argument!);
                break;
            case LoopItemKind.Lost:
                Finish(subscriber, null);
                break;
            default:
                throw new InvalidOperationException($"No connection hears {item.Kind}.");
        }

        MarkDirty(subscriber);
    }

    private void HearSend(Subscriber subscriber, byte[] bytes)
    {
        if (subscriber.IsFinished)
        {
            subscriber.TookOwn(bytes.Length);
            return;
        }

        (subscriber.Own ??= new Queue<ReadOnlyMemory<byte>>()).Enqueue(bytes);
        MarkDirty(subscriber);
    }

    private void HearDirty(RoomLane lane)
    {
        lane.TakeDirty();
        foreach (var subscription in lane.Subscriptions)
        {
            if (subscription.State == SubscriptionState.Live && !subscription.Subscriber.IsBlocked)
            {
                MarkDirty(subscription.Subscriber);
            }
        }
    }

    private void HearEphemeral(RoomLane lane, EphemeralEvent ephemeral)
    {
        foreach (var subscription in lane.Subscriptions)
        {
            var subscriber = subscription.Subscriber;
            if (subscriber.IsBlocked
                || !subscription.IsReady
                || subscriber.IsCrowded
                || !ephemeral.IsFor(subscriber.Caller.UserId))
            {
                continue;
            }

            var bytes = ephemeral.As(subscriber.Face);
            if (bytes.Length > 0)
            {
                subscriber.AddOwn(bytes);
                MarkDirty(subscriber);
            }
        }
    }

    private void HearAttach(Subscriber subscriber, Subscription subscription)
    {
        if (subscriber.IsFinished)
        {
            subscription.Room.Exit(subscription);
            return;
        }

        subscriber.Subscriptions.Add(subscription);
        subscription.Room.LaneOf(this).Add(subscription);
        _feed.Begin(subscription);
    }

    private void HearEvict(RoomLane lane, Eviction eviction)
    {
        foreach (var subscription in lane.Subscriptions.ToArray())
        {
            if (!eviction.Takes(subscription))
            {
                continue;
            }

            var subscriber = subscription.Subscriber;
            Remove(subscription);
            if (subscriber.EndsWithRooms && subscriber.Subscriptions.Count == 0)
            {
                End(subscriber, Goodbye.Of(subscriber.Face, eviction.Code));
            }
            else
            {
                subscriber.AddOwn(Feed.RoomBye(subscriber, subscription.Room, eviction.Code));
            }

            MarkDirty(subscriber);
        }
    }

    private void HearEndWhere(Farewells farewells)
    {
        foreach (var subscriber in _connections)
        {
            if (farewells.Who(subscriber.Caller))
            {
                End(subscriber, Goodbye.Of(subscriber.Face, farewells.Code, farewells.NextDelay()));
            }
        }
    }

    /// <summary>Loop only: the connection is told goodbye as soon as it can take it.</summary>
    internal void End(Subscriber subscriber, Goodbye goodbye)
    {
        if (subscriber.Ending is not null || subscriber.IsFinished)
        {
            return;
        }

        subscriber.Ending = goodbye;
        subscriber.EndingSince = Milliseconds;
        MarkDirty(subscriber);
    }

    /// <summary>Loop only: the connection is over; its transport does the rest.</summary>
    internal void Finish(Subscriber subscriber, StreamCloseCode? code)
    {
        if (subscriber.IsFinished)
        {
            return;
        }

        subscriber.IsFinished = true;
        while (subscriber.Subscriptions.Count > 0)
        {
            Remove(subscriber.Subscriptions[^1]);
        }

        if (subscriber.Index >= 0)
        {
            var last = _connections[^1];
            _connections[subscriber.Index] = last;
            last.Index = subscriber.Index;
            _connections.RemoveAt(_connections.Count - 1);
        }

        subscriber.Finish(code);
    }

    private void Remove(Subscription subscription)
    {
        if (subscription.State == SubscriptionState.Ended)
        {
            return;
        }

        subscription.State = SubscriptionState.Ended;
        subscription.Page?.Dispose();
        subscription.Page = null;
        subscription.Subscriber.Subscriptions.Remove(subscription);
        subscription.Room.LaneOf(this).Remove(subscription);
        subscription.Room.Exit(subscription);
    }
}
