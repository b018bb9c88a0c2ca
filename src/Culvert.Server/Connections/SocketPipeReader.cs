using System.Diagnostics;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Culvert.Server.Connections;

/// <summary>
/// The input of a TCP connection without a pipe and a second thread in between: the reader is woken on the thread that
/// heard of the bytes, and takes them out of the kernel itself.
/// </summary>
/// <remarks>
/// One reader at a time, as for any pipe reader. What is read lies in one segment. Unless <see cref="HoldsBuffer"/> is
/// set, a connection that waits holds no buffer.
/// </remarks>
internal sealed class SocketPipeReader : PipeReader, IValueTaskSource<ReadResult>, IDisposable
{
    /// <summary>What is taken in ahead of the reader while it does something else, in bytes.</summary>
    public const int AheadBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<ReadResult> _reading;
    private CancellationTokenRegistration _registration;
    private Readiness? _readiness;
    private ReceiveBuffer _buffer;
    private bool _hasTried;
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
    /// False to resume the reader on the thread that heard of the bytes: it then must not block, and must not run for
    /// long. Default true. Set while nobody waits.
    /// </summary>
    public bool ResumesOnPool
    {
        get => _reading.RunContinuationsAsynchronously;
        set => _reading.RunContinuationsAsynchronously = value;
    }

    /// <summary>Called once, without a lock, when the peer ended its side or the connection broke.</summary>
    public Action? Ended { get; set; }

    /// <summary>What broke the connection; <see cref="SocketError.Success"/> when nothing did.</summary>
    public SocketError Error { get; private set; }

    /// <summary>True once the peer has ended its side, or the connection broke. Bytes may still lie here.</summary>
    public bool HasEnded => Volatile.Read(ref _hasEnded);

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
                if (!_isReceiving && !BeginReceive())
                {
                    continue;
                }

                _isWaiting = true;
                _reading.Reset();
                if (cancellationToken.CanBeCanceled)
                {
                    _registration = cancellationToken.UnsafeRegister(
                        static (state, token) => ((SocketPipeReader)state!).GiveUp(token), this);
                }

                return new ValueTask<ReadResult>(this, _reading.Version);
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

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        lock (_gate)
        {
            _isHandedOut = false;
            _buffer.Advance(consumed.GetInteger(), examined.GetInteger());
            if (_buffer.Length == 0 && !HoldsBuffer)
            {
                _buffer.Release();
            }
        }
    }

    public override void CancelPendingRead()
    {
        lock (_gate)
        {
            _isCanceled = true;
            if (!_isWaiting)
            {
                return;
            }
        }

        Resume();
    }

    public override void Complete(Exception? exception = null)
    {
        lock (_gate)
        {
            _isCompleted = true;
            _isHandedOut = false;
            if (!_isReceiving)
            {
                _buffer.Release();
            }
        }
    }

    /// <summary>Call when the socket is disposed: whoever still waits is told that the connection has ended.</summary>
    public void Dispose() => Volatile.Read(ref _readiness)?.Dispose();

    ReadResult IValueTaskSource<ReadResult>.GetResult(short token) => _reading.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<ReadResult>.GetStatus(short token) => _reading.GetStatus(token);

    void IValueTaskSource<ReadResult>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _reading.OnCompleted(continuation, state, token, flags);

    private bool HasResult => _isCanceled || _buffer.HasUnexamined || _hasEnded;

    private ReadResult Take()
    {
        var isCanceled = _isCanceled;
        _isCanceled = false;
        _isHandedOut = true;
        return new ReadResult(_buffer.Unread, isCanceled, _hasEnded);
    }

    /// <summary>True when the bytes, or the end, are still to come.</summary>
    private bool BeginReceive()
    {
        if (!_hasTried)
        {
            // On a connection just accepted they are here already: nothing to wait with is needed then.
            _hasTried = true;
            var count = ReceiveNow(out var error);
            if (error != SocketError.WouldBlock)
            {
                EndReceive(count, error);
                return false;
            }
        }

        var readiness = _readiness ??= new Readiness(this);
        if (HoldsBuffer)
        {
            readiness.SetBuffer(_buffer.Free());
        }
        else if (readiness.MemoryBuffer.Length > 0)
        {
            readiness.SetBuffer(Memory<byte>.Empty);
        }

        _isReceiving = true;
        try
        {
            if (_socket.ReceiveAsync(readiness))
            {
                return true;
            }
        }
        catch (ObjectDisposedException)
        {
            _isReceiving = false;
            EndReceive(0, SocketError.OperationAborted);
            return false;
        }

        EndReceive(readiness);
        return false;
    }

    private void EndReceive(Readiness readiness)
    {
        _isReceiving = false;
        var error = readiness.SocketError;
        var count = readiness.BytesTransferred;
        if (readiness.MemoryBuffer.Length == 0 && error == SocketError.Success)
        {
            count = ReceiveNow(out error);
        }

        EndReceive(count, error);
    }

    private void EndReceive(int count, SocketError error)
    {
        if (error == SocketError.Success && count > 0)
        {
            _buffer.Add(count);
        }
        else if (error != SocketError.WouldBlock)
        {
            _hasEnded = true;
            Error = error;
        }
    }

    private int ReceiveNow(out SocketError error)
    {
        try
        {
            return _socket.Receive(_buffer.Free().Span, SocketFlags.None, out error);
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
            return 0;
        }
    }

    /// <summary>Keeps one receive under way, as far as there is room for what it may bring.</summary>
    private void Listen()
    {
        while (!_isReceiving && !_hasEnded && !_isCompleted && HasRoom())
        {
            BeginReceive();
        }
    }

    /// <summary>What the reader looks at must stay where it is.</summary>
    private bool HasRoom() => _buffer.Length < AheadBytes && (!_isHandedOut || _buffer.HasFree);

    private void OnReceived(Readiness readiness)
    {
        var resumes = false;
        lock (_gate)
        {
            EndReceive(readiness);
            if (_isCompleted)
            {
                _buffer.Release();
            }
            else if (_isWaiting)
            {
                while (!HasResult && !_isReceiving)
                {
                    BeginReceive();
                }

                resumes = HasResult;
            }
            else if (_watches)
            {
                Listen();
            }
        }

        if (resumes)
        {
            Resume();
        }

        TellEnd();
    }

    private void Resume()
    {
        ReadResult result;
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            _registration.Unregister();
            _registration = default;
            result = Take();
        }

        _reading.SetResult(result);
    }

    private void GiveUp(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
            _registration = default;
        }

        _reading.SetException(new OperationCanceledException(token));
    }

    private void TellEnd()
    {
        if (_hasEnded && Ended is { } ended)
        {
            Ended = null;
            ended();
        }
    }

    /// <summary>The receive that is under way; without a buffer it only waits for something to be there.</summary>
    private sealed class Readiness(SocketPipeReader reader) : SocketAsyncEventArgs(true)
    {
        protected override void OnCompleted(SocketAsyncEventArgs e) => reader.OnReceived(this);
    }
}
