using System.Globalization;

namespace Culvert.Client.Tunnels;

/// <summary>Keeps a session linked to its server: one link after the other. Thread-safe.</summary>
#pragma warning disable CA1001 // Its token source has no timer and no wait handle; RunAsync ends what hangs on it.
internal sealed class LinkKeeper
#pragma warning restore CA1001
{
    private static readonly TimeSpan Healthy = TimeSpan.FromSeconds(30);

    private readonly TunnelOptions _options;
    private readonly TunnelNames _names;
    private readonly TunnelDialer _dialer;
    private readonly Backoff _backoff;
    private readonly Action<TunnelStateChange> _tell;
    private readonly Lock _lock = new();
    private readonly List<Task> _leaving = [];
    private readonly CancellationTokenSource _ending = new();
    private TaskCompletionSource<TunnelLink> _current = NewSource();
    private volatile LinkEnd? _lastWord;
    private volatile bool _isOpening;

    /// <param name="address">The server.</param>
    /// <param name="options">How.</param>
    /// <param name="names">What every link is registered with.</param>
    /// <param name="tell">Told of each change, one at a time.</param>
    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    public LinkKeeper(Uri address, TunnelOptions options, TunnelNames names, Action<TunnelStateChange> tell)
    {
        _options = options;
        _names = names;
        _tell = tell;
        _dialer = new TunnelDialer(address, options, names);
        _backoff = new Backoff(options.Random, TunnelSession.FirstDelay);
    }

    public TunnelState State { get; private set; }

    /// <summary>The link that is there; null when there is none.</summary>
    public TunnelLink? Current
    {
        get
        {
            lock (_lock)
            {
                return _current.Task.IsCompletedSuccessfully ? _current.Task.Result : null;
            }
        }
    }

    /// <summary>Opens the first link.</summary>
    /// <exception cref="TunnelException">There is none.</exception>
    public Task<TunnelLink> OpenFirstAsync(CancellationToken cancellationToken) =>
        OpenAsync(_options.WaitForServer, cancellationToken);

    /// <summary>The link, as soon as there is one.</summary>
    /// <param name="stage">What it is for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TunnelException">There was none for too long, or there will be none.</exception>
    public async Task<TunnelLink> WaitAsync(TunnelStage stage, CancellationToken cancellationToken)
    {
        Task<TunnelLink> current;
        lock (_lock)
        {
            current = _current.Task;
        }

        try
        {
            return await current.WaitAsync(_options.OpenTimeout, _options.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            var seconds = _options.OpenTimeout.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            var why = $"there was no connection to the server for {seconds} s";
            throw new TunnelException(stage, TunnelException.NotConnected, why) { MayPass = true };
        }
    }

    /// <summary>No more streams on this link; who wants one waits for the next.</summary>
    public void Forget(TunnelLink link)
    {
        lock (_lock)
        {
            if (_current.Task.IsCompletedSuccessfully && _current.Task.Result == link)
            {
                _current = NewSource();
            }
        }
    }

    /// <summary>Follows one link after the other, and ends everything in the end.</summary>
    /// <param name="link">The first.</param>
    /// <param name="cancellationToken">Ends it in order.</param>
    /// <returns>What ended it; null when it was the token.</returns>
    public async Task<TunnelException?> RunAsync(TunnelLink link, CancellationToken cancellationToken)
    {
        TunnelException? error = null;
        try
        {
            error = await FollowAsync(link, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Disposed of.
        }
        catch (TunnelException e)
        {
            error = e;
        }
        catch (Exception e)
        {
            // What the program's own hook threw.
            error = new TunnelException(TunnelStage.Connect, TunnelException.Refused, e.Message, e);
        }

        await EndAsync(error).ConfigureAwait(false);
        return error;
    }

    public void TellClosed(TunnelException? error) => Tell(TunnelState.Closed, error, null);

    private async Task<TunnelException> FollowAsync(TunnelLink link, CancellationToken cancellationToken)
    {
        // Ends where coming back makes no sense, or by the token.
        while (true)
        {
            var since = _options.TimeProvider.GetTimestamp();
            _leaving.RemoveAll(static task => task.IsCompleted);
            _leaving.Add(LeaveAsync(link));
            var end = await link.Over.WaitAsync(cancellationToken).ConfigureAwait(false);
            Forget(link);
            if (end.IsFinal)
            {
                return end.ToException();
            }

            if (_options.TimeProvider.GetElapsedTime(since) >= Healthy)
            {
                _backoff.Reset();
            }

            await DelayAsync(end.ToException(), cancellationToken).ConfigureAwait(false);
            link = await OpenAsync(waits: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes leave of a link, which may go on with its streams for a while.</summary>
    private async Task LeaveAsync(TunnelLink link)
    {
        LinkEnd? end = null;
        try
        {
            end = await link.Gone.WaitAsync(_ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The session ends, and its streams with it.
        }

        await link.StopAsync().ConfigureAwait(false);

        // It was taken over by nobody else where the next link is there, or on its way.
        if (end is { IsFinal: true } && !_isOpening && Current is null)
        {
            _lastWord = end;
        }
    }

    private async Task<TunnelLink> OpenAsync(bool waits, CancellationToken cancellationToken)
    {
        // Ends with a link, where another attempt makes no sense, or by the token.
        while (true)
        {
            if (_lastWord is { } end)
            {
                throw end.ToException();
            }

            try
            {
                _isOpening = true;
                var link = await TunnelLink.OpenAsync(_dialer, _options, _names, cancellationToken)
                    .ConfigureAwait(false);
                lock (_lock)
                {
                    _current.TrySetResult(link);
                }

                Tell(TunnelState.Connected, null, null);
                return link;
            }
            catch (TunnelException e) when (waits && ComesBackAfter(e))
            {
                _isOpening = false;
                await DelayAsync(e, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _isOpening = false;
            }
        }
    }

    // A name that is taken may be free again.
    private static bool ComesBackAfter(TunnelException failure) =>
        failure.MayPass || (failure.Stage == TunnelStage.Register && failure.Status == 409);

    private Task DelayAsync(TunnelException error, CancellationToken cancellationToken)
    {
        var (delay, time) = (_backoff.Next(error.RetryAfter), _options.TimeProvider);
        Tell(TunnelState.Connecting, error, delay);
        return Task.Delay(delay, time, cancellationToken);
    }

    private void Tell(TunnelState state, TunnelException? error, TimeSpan? delay)
    {
        var before = State;
        State = state;
        _tell(new TunnelStateChange(before, state, error, delay));
    }

    private async Task EndAsync(TunnelException? error)
    {
        lock (_lock)
        {
            _current = _current.Task.IsCompleted ? NewSource() : _current;
            _current.TrySetException(
                error ?? new TunnelException(TunnelStage.Session, TunnelException.Closed, "The session was closed."));

            // Looked at, for nobody may be waiting.
            _ = _current.Task.Exception;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_leaving).ConfigureAwait(false);
    }

    private static TaskCompletionSource<TunnelLink> NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
