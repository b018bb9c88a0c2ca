namespace Culvert.Server.Pipes.Relaying;

/// <summary>
/// What others have to say to the target of a direction, until its loop says it. Safe for concurrent use.
/// </summary>
internal sealed class DirectionMail
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _posted;
    private ReadOnlyMemory<byte>? _ping;
    private ReadOnlyMemory<byte>? _pong;
    private Parting? _parting;
    private bool _hasAny;

    /// <summary>True when something waits.</summary>
    public bool HasAny => Volatile.Read(ref _hasAny);

    /// <summary>Puts something in: the first end counts, and the last ping and the last answer to one.</summary>
    public void Put(
        Parting? parting = null, ReadOnlyMemory<byte>? ping = null, ReadOnlyMemory<byte>? pong = null)
    {
        lock (_gate)
        {
            (_parting, _ping, _pong) = (_parting ?? parting, ping ?? _ping, pong ?? _pong);
            _hasAny = true;
        }
    }

    /// <summary>Takes everything out.</summary>
    public (ReadOnlyMemory<byte>? Ping, ReadOnlyMemory<byte>? Pong, Parting? Parting) Take()
    {
        lock (_gate)
        {
            var all = (_ping, _pong, _parting);
            (_ping, _pong, _parting, _hasAny) = (null, null, null, false);
            return all;
        }
    }

    /// <summary>Completes when something is there, or at the next <see cref="Wake"/>.</summary>
    /// <param name="isStopped">Set before a wake: nothing is waited for then.</param>
    public Task WhenAnyAsync(ref readonly bool isStopped)
    {
        lock (_gate)
        {
            if (_hasAny || Volatile.Read(in isStopped))
            {
                return Task.CompletedTask;
            }

            _posted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _posted.Task;
        }
    }

    /// <summary>Lets who waits have a look.</summary>
    public void Wake()
    {
        lock (_gate)
        {
            _posted?.TrySetResult();
            _posted = null;
        }
    }
}
