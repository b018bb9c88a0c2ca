using System.Collections.Concurrent;
using Culvert.Protocol.Rooms;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Server.Rooms;

/// <summary>
/// Sends what waits for its connections: hears what other threads tell it, then visits each dirty connection once.
/// </summary>
/// <remarks>
/// One thread owns all state of its connections and subscriptions, so nothing here locks; other threads tell it things
/// through <see cref="Post"/>. It never waits for a socket: a connection that is full is left out until it drains.
/// Step 6 of the main path (ARCHITECTURE.md).
/// </remarks>
internal sealed partial class WriterLoop : IDisposable
{
    /// <summary>Things heard in one turn: a flood of them must not keep the connections from being visited.</summary>
    private const int MaxHeard = 4096;

    private readonly ConcurrentQueue<LoopItem> _inbox = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly List<Subscriber> _connections = [];
    private readonly Feed _feed;
    private readonly RoomNews _news;
    private readonly Visitor _visitor;
    private readonly LoopTimers _timers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long _started;
    private readonly Thread _thread;
    private readonly int[] _byFace = new int[(int)Face.Line];
    private List<Subscriber> _dirty = [];
    private List<Subscriber> _visiting = [];
    private int _asleep;
    private volatile bool _stopping;

    public WriterLoop(int number, RoomOptions options, CatchUp catchUp, TimeProvider time, ILogger? logger = null)
    {
        Number = number;
        _feed = new Feed(this, options, catchUp);
        _news = new RoomNews(this, _feed);
        _visitor = new Visitor(this, _feed, options);
        _timers = new LoopTimers(this, options);
        _time = time;
        _logger = logger ?? NullLogger.Instance;
        _started = time.GetTimestamp();
        _thread = new Thread(Run) { IsBackground = true, Name = $"writer {number}" };
    }

    /// <summary>Which of the node's loops this is, from 0.</summary>
    public int Number { get; }

    /// <summary>Connections now; read from other threads it may be a moment old.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Events handed to outlets; set by the loop only, and a moment old for others.</summary>
    public long Delivered { get; set; }

    /// <summary>Bytes handed to outlets; as <see cref="Delivered"/>.</summary>
    public long BytesSent { get; set; }

    /// <summary>Loop only.</summary>
    internal IReadOnlyList<Subscriber> Connections => _connections;

    /// <summary>Milliseconds since the loop was made.</summary>
    public long Milliseconds => (long)_time.GetElapsedTime(_started).TotalMilliseconds;

    /// <summary>
    /// Loop only: <see cref="Milliseconds"/> at the start of the turn, so that a delivery reads no clock.
    /// </summary>
    internal long TurnMilliseconds { get; private set; }

    /// <summary>UTC Unix milliseconds.</summary>
    public long UtcMilliseconds => _time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Connections of one form now; as <see cref="ConnectionCount"/>.</summary>
    public int CountOf(Face face) => Volatile.Read(ref _byFace[(int)face]);

    public void Start() => _thread.Start();

    public void Post(in LoopItem item)
    {
        _inbox.Enqueue(item);

        // Either the loop sees the item when it looks once more, or this sees that the loop is going to sleep.
        Interlocked.MemoryBarrier();
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
            if (RunOnce())
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

    /// <summary>
    /// One turn: hear what was told, then visit every dirty connection once. False when nothing is left to do.
    /// </summary>
    internal bool RunOnce()
    {
        TurnMilliseconds = Milliseconds;
        for (var left = MaxHeard; left > 0 && _inbox.TryDequeue(out var item); left--)
        {
            TryHear(item);
        }

        (_visiting, _dirty) = (_dirty, _visiting);
        foreach (var subscriber in _visiting)
        {
            subscriber.IsDirty = false;
            TryVisit(subscriber);
        }

        _visiting.Clear();
        return !_inbox.IsEmpty || _dirty.Count > 0;
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

    /// <summary>The edge of the loop: what goes wrong with one connection ends that one, not the process.</summary>
    private void TryVisit(Subscriber subscriber)
    {
        try
        {
            _visitor.Visit(subscriber);
        }
        catch (Exception exception)
        {
            Drop(subscriber, exception);
        }
    }

    private void TryHear(in LoopItem item)
    {
        try
        {
            Hear(item);
        }
        catch (Exception exception)
        {
            Drop(item.Target as Subscriber, exception);
        }
    }

    private void Drop(Subscriber? subscriber, Exception exception)
    {
        Log.Failed(_logger, Number, subscriber?.Caller.Name ?? "nobody", exception);
        if (subscriber is not null)
        {
            Finish(subscriber, null);
        }
    }

    private void Hear(in LoopItem item)
    {
        switch (item.Kind)
        {
            case LoopItemKind.Dirty:
                _news.HearDirty((RoomLane)item.Target!);
                break;
            case LoopItemKind.Ephemeral:
                _news.HearEphemeral((RoomLane)item.Target!, (EphemeralEvent)item.Argument!);
                break;
            case LoopItemKind.Evict:
                _news.HearEvict((RoomLane)item.Target!, (Eviction)item.Argument!);
                break;
            case LoopItemKind.ToUser:
                _news.HearOfUser((UserNews)item.Argument!);
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
                HearStart(subscriber);
                return;
            case LoopItemKind.Send:
                HearSend(subscriber, (byte[])item.Argument!);
                return;
            case LoopItemKind.Drained:
                subscriber.IsBlocked = false;
                subscriber.LastSent = TurnMilliseconds;
                break;
            case LoopItemKind.Attach:
                _news.HearAttach((Subscription)item.Argument!);
                break;
            case LoopItemKind.Detach:
                _news.Remove((Subscription)item.Argument!);
                break;
            case LoopItemKind.Page:
                _feed.Hear((Subscription)item.Argument!, item.Page);
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

    private void HearStart(Subscriber subscriber)
    {
        // The peer may have been lost before the connection began.
        if (!subscriber.IsFinished)
        {
            subscriber.Index = _connections.Count;
            _byFace[(int)subscriber.Face]++;
            subscriber.LastSent = TurnMilliseconds;
            _connections.Add(subscriber);
        }
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
        subscriber.EndingSince = TurnMilliseconds;
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
            _news.Remove(subscriber.Subscriptions[^1]);
        }

        if (subscriber.Index >= 0)
        {
            _byFace[(int)subscriber.Face]--;
            var last = _connections[^1];
            _connections[subscriber.Index] = last;
            last.Index = subscriber.Index;
            _connections.RemoveAt(_connections.Count - 1);
        }

        subscriber.Finish(code);
    }
}
