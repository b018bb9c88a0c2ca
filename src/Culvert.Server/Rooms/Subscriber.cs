using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>One connection that reads rooms: its outlet, its own pending bytes and its subscriptions.</summary>
/// <remarks>
/// The methods may be called from any thread; the properties marked so belong to the writer loop. Own bytes are bounded
/// by <see cref="MaxOwnBytes"/>: what may be lost is dropped beyond it, and a transport stops reading commands.
/// </remarks>
internal sealed class Subscriber(WriterLoop loop, Outlet outlet, Face face, Caller caller)
{
    /// <summary>64 KiB: replies to more commands than a well-behaved client has in flight.</summary>
    public const int MaxOwnBytes = 64 * 1024;

    private readonly TaskCompletionSource<StreamCloseCode?> _finished =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskCompletionSource? _writable;
    private Caller _caller = caller;
    private int _ownBytes;
    private long _lastReceived;

    public WriterLoop Loop { get; } = loop;

    public Outlet Outlet { get; } = outlet;

    /// <summary>Any but <see cref="Face.Line"/>, which has no separators and so is no form of a connection.</summary>
    public Face Face { get; } = face != Face.Line ? face : throw new ArgumentOutOfRangeException(nameof(face));

    /// <summary>Who reads; replaced when the connection authenticates again.</summary>
    public Caller Caller { get => Volatile.Read(ref _caller); set => Volatile.Write(ref _caller, value); }

    /// <summary>One stream of several rooms: each event carries the position in all of them.</summary>
    public bool IsMultiRoom { get; init; }

    /// <summary>Rooms of a multi-room stream: it is ready when all of them are.</summary>
    public int ExpectedRooms { get; init; } = 1;

    /// <summary>True for connections that exist for their rooms only: they end with the last one.</summary>
    public bool EndsWithRooms { get; init; }

    /// <summary>
    /// Bytes that ask a quiet peer for a sign of life; null for transports that only send heartbeats.
    /// </summary>
    public byte[]? Ping { get; init; }

    /// <summary>Completes once, when the loop will not touch the outlet again; the goodbye that was said,
    /// or null when the peer left or broke off.</summary>
    public Task<StreamCloseCode?> Finished => _finished.Task;

    /// <summary>Loop only.</summary>
    public List<Subscription> Subscriptions { get; } = new(1);

    /// <summary>Loop only: index of the subscription that is served first; it moves on, so that none starves.</summary>
    public int First { get; set; }

    /// <summary>Loop only: subscriptions that were attached so far, ended ones included.</summary>
    public int Attached { get; set; }

    /// <summary>
    /// Loop only: a page is read for one of the subscriptions, or waits to be sent. One at a time, so that a stalled
    /// reader of many rooms does not hold a page of each.
    /// </summary>
    public bool IsReading { get; set; }

    /// <summary>Loop only: the common <c>ready</c> of a stream of several rooms is to be said, or was.</summary>
    public bool IsReady { get; set; }

    /// <summary>Loop only: the common <c>ready</c> was written.</summary>
    public bool SaidReady { get; set; }

    /// <summary>Loop only: one of the subscriptions missed a presence batch.</summary>
    public bool MissedPresence { get; set; }

    /// <summary>Loop only: replies and control lines that wait for a visit.</summary>
    public Queue<ReadOnlyMemory<byte>>? Own { get; set; }

    /// <summary>Loop only: is in the loop's list of connections to visit.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Loop only: the outlet has asked to wait.</summary>
    public bool IsBlocked { get; set; }

    /// <summary>Loop only.</summary>
    public bool IsFinished { get; set; }

    /// <summary>Loop only: index in the loop's list of connections.</summary>
    public int Index { get; set; } = -1;

    /// <summary>Loop only: bytes handed to the outlet.</summary>
    public long BytesSent { get; set; }

    /// <summary>Loop only: when bytes last left or the outlet began to block, loop milliseconds.</summary>
    public long LastSent { get; set; }

    /// <summary>Loop only: when a ping was sent that nothing came after yet; 0 for none.</summary>
    public long PingedAt { get; set; }

    /// <summary>Loop only: the goodbye to say, once told to.</summary>
    public Goodbye? Ending { get; set; }

    /// <summary>Loop only: when the goodbye was asked for.</summary>
    public long EndingSince { get; set; }

    /// <summary>When the peer last sent anything, loop milliseconds.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Notes a sign of life of the peer.</summary>
    public void Received() => Volatile.Write(ref _lastReceived, Loop.Milliseconds);

    /// <summary>Begins visits; the outlet is the loop's from here until <see cref="Finished"/>.</summary>
    public void Start()
    {
        Received();
        Loop.Post(new LoopItem(LoopItemKind.Start, this));
    }

    /// <summary>Sends bytes that are already in the form of the connection. They stay unchanged from here on.</summary>
    public void Send(byte[] bytes)
    {
        Interlocked.Add(ref _ownBytes, bytes.Length);
        Loop.Post(new LoopItem(LoopItemKind.Send, this, bytes));
    }

    /// <summary>Adds a subscription that was entered into its room.</summary>
    public void Attach(Subscription subscription) =>
        Loop.Post(new LoopItem(LoopItemKind.Attach, this, subscription));

    /// <summary>Ends a subscription at the reader's wish.</summary>
    public void Detach(Subscription subscription) =>
        Loop.Post(new LoopItem(LoopItemKind.Detach, this, subscription));

    /// <summary>Says goodbye with the code and finishes.</summary>
    public void End(StreamCloseCode code, int afterMilliseconds = 0) =>
        End(Goodbye.Of(Face, code, afterMilliseconds));

    /// <summary>Sends the last bytes and finishes; a second goodbye changes nothing.</summary>
    public void End(Goodbye goodbye) => Loop.Post(new LoopItem(LoopItemKind.End, this, goodbye));

    /// <summary>The connection broke or the peer ended it: finishes without a word.</summary>
    public void Lost() => Loop.Post(new LoopItem(LoopItemKind.Lost, this));

    /// <summary>For outlets: bytes can be taken again.</summary>
    public void Drained() => Loop.Post(LoopItem.Drained(this));

    /// <summary>True while more own bytes wait than a reader of commands should add to.</summary>
    public bool IsCrowded => Volatile.Read(ref _ownBytes) > MaxOwnBytes;

    /// <summary>
    /// Completes when the own bytes that wait are few again, or the connection is over. For the one reader of commands:
    /// a second waiter would replace the first.
    /// </summary>
    public Task WhenUncrowdedAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        // A full fence: either the loop sees the waiter, or the waiter sees what the loop did.
        Interlocked.Exchange(ref _writable, waiting);
        if (!IsCrowded || Finished.IsCompleted)
        {
            waiting.TrySetResult();
        }

        return waiting.Task;
    }

    /// <summary>Loop only: own bytes were sent or dropped.</summary>
    public void TookOwn(int bytes)
    {
        if (Interlocked.Add(ref _ownBytes, -bytes) <= MaxOwnBytes)
        {
            Interlocked.Exchange(ref _writable, null)?.TrySetResult();
        }
    }

    /// <summary>Loop only: own bytes were added by the loop itself.</summary>
    public void AddOwn(ReadOnlyMemory<byte> bytes)
    {
        Interlocked.Add(ref _ownBytes, bytes.Length);
        (Own ??= new Queue<ReadOnlyMemory<byte>>()).Enqueue(bytes);
    }

    /// <summary>Loop only: nothing will be sent any more.</summary>
    public void Finish(StreamCloseCode? code)
    {
        Own = null;
        _finished.TrySetResult(code);
        Interlocked.Exchange(ref _writable, null)?.TrySetResult();
    }
}
