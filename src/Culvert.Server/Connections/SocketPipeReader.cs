using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Culvert.Server.Connections;

/// <summary>
/// The input of a TCP connection without a pipe and a second thread in between: the reader is woken on the thread that
/// heard of the bytes, and takes them out of the kernel itself.
/// </summary>
/// <remarks>
/// One reader at a time, as for any pipe reader. What is read lies in one segment. Unless <see cref="HoldsBuffer"/> is
/// set, a connection that waits holds no buffer.
/// </remarks>
internal sealed partial class SocketPipeReader : PendingRead, IDisposable
{
    /// <summary>What is taken in ahead of the reader while it does something else, in bytes.</summary>
    public const int AheadBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private ReceiveBuffer _buffer;
    private bool _isHandedOut;
    private bool _isReceiving;
    private bool _isWaiting;
    private bool _isCanceled;
    private bool _isCompleted;
    private bool _watches;
    private bool _hasEnded;

    public SocketPipeReader(Socket socket)
    {
        _socket = socket;
    }

    /// <summary>
    /// True to receive into a buffer held while waiting: one system call less for each request, 4 KiB more for each
    /// idle connection. Set before reading.
    /// </summary>
    public bool HoldsBuffer { get; set; }

    /// <summary>
    /// How large a receive may become while each takes all it can, in bytes; 0, the default, keeps it at 4 KiB. Set
    /// while nobody waits.
    /// </summary>
    public int MostBytes
    {
        get => _buffer.MostBytes;
        set => _buffer.MostBytes = value;
    }

    /// <summary>
    /// Gets what comes while a read waits, before that read does, on the thread that heard of it, and says how much it
    /// took; the read gets the rest. Must not throw or block. Not for reads that can be cancelled by a token. Default
    /// none. Set while nobody waits.
    /// </summary>
    public Func<ReadOnlySpan<byte>, int>? TakesFirst { get; set; }

    /// <summary>Called once, without a lock, when the peer ended its side or the connection broke.</summary>
    public Action? Ended { get; set; }

    /// <summary>What broke the connection; <see cref="SocketError.Success"/> when nothing did.</summary>
    public SocketError Error { get; private set; }

    /// <summary>True once the peer has ended its side, or the connection broke. Bytes may still lie here.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

    /// <summary>
    /// True while the system has a receive of this connection under way. Closing the socket then resets the connection,
    /// and the peer may lose what is on its way to it.
    /// </summary>
    public bool IsReceiving
    {
        get
        {
            lock (_gate)
            {
                return _isReceiving && !_hasEnded;
            }
        }
    }

    /// <summary>True when bytes lie here that the reader has not consumed.</summary>
    public bool HasUnread
    {
        get
        {
            lock (_gate)
            {
                return _buffer.Length > 0;
            }
        }
    }

    /// <summary>
    /// Waits for the socket in another way than .NET's from now on. False, and nothing changes, when that was waited
    /// with already. Call while nobody reads; disposed with this.
    /// </summary>
    public bool TryWaitOn(SocketReadiness readiness)
    {
        lock (_gate)
        {
            if (_receive is not null || _readiness is not null)
            {
                return false;
            }

            readiness.Readable = OnReadable;
            _readiness = readiness;
            return true;
        }
    }

    /// <summary>
    /// Goes on listening while nobody reads, so that the peer's end is noticed: what it sends is taken in up to
    /// <see cref="AheadBytes"/>, and after that its end is not.
    /// </summary>
    public void Watch()
    {
        lock (_gate)
        {
            _watches = true;
            Listen();
        }

        TellEnd();
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            Debug.Assert(!_isWaiting && !_isHandedOut, "Another read is still under way.");
            _watches = false;
            while (!HasResult)
            {
                if (!_isReceiving && _buffer.Length > 0)
                {
                    // Grows, or throws, here: whoever hears of the bytes must find room for them.
                    _ = _buffer.Free();
                }

                if (!_isReceiving && !BeginReceive())
                {
                    continue;
                }

                _isWaiting = true;
                return Wait(cancellationToken);
            }

            return ValueTask.FromResult(Take());
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        lock (_gate)
        {
            result = HasResult ? Take() : default;
            return _isHandedOut;
        }
    }

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            _isHandedOut = false;
            _buffer.Advance(consumed.GetInteger(), examined.GetInteger());
            Recycle();
        }
    }

    public override void CancelPendingRead()
    {
        bool resumes;
        ReadResult result;
        lock (_gate)
        {
            _isCanceled = true;
            resumes = EndWait(out result);
        }

        if (resumes)
        {
            Resume(result);
        }
    }

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            _isCompleted = true;
            _isHandedOut = false;
            if (!_isReceiving)
            {
                _buffer.Clear(keepsMemory: false);
            }
        }
    }

    /// <summary>Call when the socket is disposed: whoever still waits is told that the connection has ended.</summary>
    public void Dispose()
    {
        Volatile.Read(ref _receive)?.Dispose();
        Volatile.Read(ref _readiness)?.Dispose();
    }

    private bool HasResult => _isCanceled || _buffer.HasUnexamined || _hasEnded;

    private ReadResult Take()
    {
        var isCanceled = _isCanceled;
        _isCanceled = false;
        _isHandedOut = true;
        return new ReadResult(_buffer.Unread, isCanceled, _hasEnded);
    }

    /// <summary>Keeps one receive under way, as far as there is room for what it may bring.</summary>
    private void Listen()
    {
        while (!_isReceiving && !_hasEnded && !_isCompleted && HasRoom())
        {
            BeginReceive();
        }
    }

    /// <summary>What the reader looks at must stay where it is, and not much is taken in ahead of it.</summary>
    private bool HasRoom() => (!_watches || _buffer.Length < AheadBytes) && (!_isHandedOut || _buffer.HasFree);

    private Memory<byte> Room()
    {
        var free = _buffer.Free();
        return _watches ? free[..Math.Min(free.Length, AheadBytes - _buffer.Length)] : free;
    }

    /// <summary>Empty, it begins anew or goes back. Not while somebody looks at it or a receive fills it.</summary>
    private void Recycle()
    {
        var isWrittenTo = _isReceiving && _receive is { HasRoom: true };
        if (_buffer.Length == 0 && !_isHandedOut && !isWrittenTo)
        {
            _buffer.Clear(keepsMemory: HoldsBuffer && !_hasEnded);
        }
    }

    /// <summary>What a receive brought is here: finds out whose it is.</summary>
    private bool GoOn(out Func<ReadOnlySpan<byte>, int>? takesFirst, out ReadResult result)
    {
        takesFirst = null;
        if (_isWaiting)
        {
            takesFirst = _buffer.HasUnexamined && !_isCanceled ? TakesFirst : null;
            _isHandedOut = takesFirst is not null;
            ListenForReader();
        }
        else if (_isCompleted)
        {
            _buffer.Clear(keepsMemory: false);
        }
        else if (_watches)
        {
            Listen();
        }

        return EndWait(out result);
    }

    private void Tell(Func<ReadOnlySpan<byte>, int>? takesFirst, bool resumes, ReadResult result)
    {
        if (takesFirst is not null)
        {
            resumes = TakeFirst(takesFirst, out result);
        }

        if (resumes)
        {
            Resume(result);
        }

        TellEnd();
    }

    /// <summary>True with what is left for the reader. It is handed out meanwhile, so nobody moves it.</summary>
    private bool TakeFirst(Func<ReadOnlySpan<byte>, int> takesFirst, out ReadResult result)
    {
        var taken = takesFirst(_buffer.Unread.FirstSpan);
        lock (_gate)
        {
            _isHandedOut = false;
            _buffer.Consume(taken);
            Recycle();
            ListenForReader();
            return EndWait(out result);
        }
    }

    private void ListenForReader()
    {
        while (!_isHandedOut && !HasResult && !_isReceiving)
        {
            BeginReceive();
        }
    }

    /// <summary>True with what there is, if the reader still waits: another thread may have been faster.</summary>
    private bool EndWait(out ReadResult result)
    {
        if (!_isWaiting || _isHandedOut || !HasResult)
        {
            result = default;
            return false;
        }

        _isWaiting = false;
        ForgetToken();
        result = Take();
        return true;
    }

    protected override void GiveUp(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_isWaiting || !IsFor(token))
            {
                return;
            }

            _isWaiting = false;
        }

        Fail(new OperationCanceledException(token));
    }

    private void TellEnd()
    {
        if (!HasEnded)
        {
            return;
        }

        Action? ended;
        lock (_gate)
        {
            (ended, Ended) = (Ended, null);
        }

        ended?.Invoke();
    }
}
