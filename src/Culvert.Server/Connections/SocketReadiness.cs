using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Culvert.Server.Connections;

/// <summary>Says when a socket may have bytes, and when it takes some again.</summary>
/// <remarks>
/// For one reader and one writer at a time. It tells of changes: who has not been told since the kernel last had
/// nothing, or no room, need not try again.
/// </remarks>
/// <param name="loop">Whose thread says so.</param>
/// <param name="socket">Does not block.</param>
internal sealed class SocketReadiness(SocketLoop loop, Socket socket) : IValueTaskSource, IDisposable
{
    private readonly Lock _gate = new();
    private ManualResetValueTaskSourceCore<bool> _writing;
    private bool _isAdded;
    private bool _isGone;
    private bool _isWritable;
    private bool _isWaiting;

    public Socket Socket => socket;

    /// <summary>Where it stands in the loop, which alone sets it.</summary>
    public long Place { get; set; }

    /// <summary>
    /// Called when there may be something to receive, with true when less than there is room for then does not mean
    /// that it was all. Must not block. Set before anybody waits.
    /// </summary>
    public Action<bool>? Readable { get; set; }

    void IValueTaskSource.GetResult(short token) => _writing.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _writing.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _writing.OnCompleted(continuation, state, token, flags);

    /// <summary>True when <see cref="Readable"/> will be called; false when there is nothing to wait for.</summary>
    public bool TryWait()
    {
        lock (_gate)
        {
            return TryAdd();
        }
    }

    /// <summary>Call before trying to send: only what is heard afterwards ends the wait.</summary>
    public void ForgetWritable() => Volatile.Write(ref _isWritable, false);

    /// <summary>Completes on the loop's thread: the kernel takes bytes again, or the connection is over.</summary>
    /// <exception cref="ObjectDisposedException">There is nothing to wait for.</exception>
    public ValueTask WhenWritableAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(!TryAdd(), this);
            if (_isWritable)
            {
                return default;
            }

            _writing.Reset();
            _isWaiting = true;
            return new ValueTask(this, _writing.Version);
        }
    }

    /// <summary>For the loop.</summary>
    public void Hear(uint bits)
    {
        var isOdd = (bits & Epoll.Odd) != 0;
        if (isOdd || (bits & Epoll.In) != 0)
        {
            Readable?.Invoke(isOdd);
        }

        if (isOdd || (bits & Epoll.Out) != 0)
        {
            HearWritable();
        }
    }

    /// <summary>Waits no longer, and ends what waits, on a thread of the pool. The socket stays the owner's.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isGone)
            {
                return;
            }

            _isGone = true;
            if (_isAdded)
            {
                loop.Remove(this);
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(
            static readiness => readiness.Hear(Epoll.Odd), this, preferLocal: false);
    }

    private bool TryAdd() => !_isGone && (_isAdded || (_isAdded = loop.TryAdd(this)));

    private void HearWritable()
    {
        if (Volatile.Read(ref _isWritable))
        {
            // Each event says so again: nobody has asked since.
            return;
        }

        lock (_gate)
        {
            _isWritable = true;
            if (!_isWaiting)
            {
                return;
            }

            _isWaiting = false;
        }

        _writing.SetResult(true);
    }
}
