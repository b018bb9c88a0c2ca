using System.Net;
using System.Net.Sockets;
using Culvert.Client.Messages;
using Culvert.Client.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>
/// A connection to a server with any number of streams in it: to targets behind the server, and from there to names
/// that are served here. It comes back by itself after a loss, with every name.
/// </summary>
/// <remarks>
/// <para>
/// Every member is thread-safe. Streams end with the connection that they were opened on, and their peers see a reset,
/// never a proper end. Listeners and forwards stay.
/// </para>
/// <para>
/// It comes back after random delays up to a bound that doubles from 0.2 s to 30 s, and begins anew after 30 s in which
/// all went well; no sooner than the server asks with <c>Retry-After</c>. It ends for good where that makes no sense:
/// after 401, 403, 404 and other refusals of the request itself, when the credential was revoked (close code 1008), and
/// when another agent with the same instance has taken over a name (4110).
/// </para>
/// </remarks>
public sealed class TunnelSession : IAsyncDisposable, IDisposable
{
    internal static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);

    private static readonly TimeSpan RemovePatience = TimeSpan.FromSeconds(1);

    private readonly TunnelOptions _options;
    private readonly TunnelNames _names;
    private readonly LinkKeeper _keeper;
    private readonly string _instance = Guid.NewGuid().ToString("N");
    private readonly Lock _lock = new();
#pragma warning disable CA2213 // It has no timer and no wait handle, and is cancelled again when disposed of twice.
    private readonly CancellationTokenSource _stop = new();
#pragma warning restore CA2213
    private readonly HashSet<TunnelForward> _forwards = [];
    private readonly TaskCompletionSource<TunnelException?> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TunnelSession(Uri address, TunnelOptions options)
    {
        _options = options;
        _names = new TunnelNames(options.TimeProvider);
        _keeper = new LinkKeeper(address, options, _names, change => StateChanged?.Invoke(change));
    }

    /// <summary>
    /// Raised after each change of <see cref="State"/> and each further attempt that failed, one at a time, in order,
    /// and on the thread pool. A handler must not throw, and while it runs the session does not come back.
    /// </summary>
    public event Action<TunnelStateChange>? StateChanged;

    /// <summary>How far the session is.</summary>
    public TunnelState State => _keeper.State;

    /// <summary>
    /// Completes when the session is closed, and never fails: with what ended it, or null when it was disposed of.
    /// </summary>
    public Task<TunnelException?> Completion => _completion.Task;

    /// <summary>Connects.</summary>
    /// <param name="address">
    /// The server, <c>http</c>, <c>https</c>, <c>ws</c> or <c>wss</c>; without a path, <c>/v1/tunnel</c>.
    /// </param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    /// <exception cref="TunnelException">There is no session; the inner exception says at which step it failed.
    /// </exception>
    public static async ValueTask<TunnelSession> ConnectAsync(
        Uri address, TunnelOptions? options = null, CancellationToken cancellationToken = default)
    {
        return await ConnectAsync(address, options ?? new TunnelOptions(), null, cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Connects, and reports from the first attempt on.</summary>
    /// <param name="address">The server.</param>
    /// <param name="options">How.</param>
    /// <param name="onChange">Subscribed to <see cref="StateChanged"/>; null for nobody.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="ConnectAsync(Uri, TunnelOptions?, CancellationToken)" path="/exception"/>
    public static async ValueTask<TunnelSession> ConnectAsync(
        Uri address,
        TunnelOptions options,
        Action<TunnelStateChange>? onChange,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var session = new TunnelSession(address, options);
        session.StateChanged += onChange;
        var link = await session._keeper.OpenFirstAsync(cancellationToken).ConfigureAwait(false);
        _ = session.RunAsync(link); // Its end is Completion.
        return session;
    }

    /// <summary>Connects, blocking.</summary>
    /// <param name="address">The server.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <inheritdoc cref="ConnectAsync(Uri, TunnelOptions?, CancellationToken)" path="/exception"/>
    public static TunnelSession Connect(Uri address, TunnelOptions? options = null) =>
        BlockingCall.Wait(ConnectAsync(address, options));

    /// <summary>Opens a stream.</summary>
    /// <param name="target">
    /// <c>host:port</c>, which the server connects to, or a name that an agent has registered.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The caller's, to dispose of. The target has been reached.</returns>
    /// <exception cref="ArgumentException">The target is neither.</exception>
    /// <exception cref="TunnelException">
    /// There is none; <see cref="TunnelException.Code"/> says why: <c>target_not_allowed</c>, <c>name_absent</c>,
    /// <c>target_unreachable</c>, <c>target_timeout</c> and others.
    /// </exception>
    public async ValueTask<DuplexStream> OpenAsync(string target, CancellationToken cancellationToken = default)
    {
        var stream = await ConnectAsync(target, cancellationToken).ConfigureAwait(false);
        return new DuplexStream(stream, target, null, _options.TimeProvider);
    }

    /// <summary>Opens a stream, blocking.</summary>
    /// <inheritdoc cref="OpenAsync" path="/returns"/>
    /// <inheritdoc cref="OpenAsync" path="/exception"/>
    /// <param name="target"><c>host:port</c>, or a name.</param>
    public DuplexStream Open(string target) => BlockingCall.Wait(OpenAsync(target));

    /// <summary>Asks whether a target may be opened now, and for a name whether an agent is there.</summary>
    /// <param name="target"><c>host:port</c>, or a name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The target is neither.</exception>
    /// <exception cref="TunnelException">It may not; <see cref="TunnelException.Code"/> says why.</exception>
    public async Task CheckAsync(string target, CancellationToken cancellationToken = default)
    {
        TunnelTarget.Authority(target);
        var link = await _keeper.WaitAsync(TunnelStage.Check, cancellationToken).ConfigureAwait(false);
        await link.CheckAsync(target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Registers a name, and accepts the streams that others open to it.</summary>
    /// <param name="name">
    /// 1 to 64 of a–z A–Z 0–9 - _ . and first a letter or digit; compared ignoring case.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The name is none.</exception>
    /// <exception cref="InvalidOperationException">This session serves it already.</exception>
    /// <exception cref="TunnelException">
    /// It was not registered: <c>name_taken</c> when another user holds it, <c>name_not_allowed</c>, and others.
    /// </exception>
    public async ValueTask<TunnelListener> ListenAsync(string name, CancellationToken cancellationToken = default)
    {
        TunnelTarget.CheckName(name);
        var instance = TunnelTarget.Instance(_options.Instance ?? _instance);
        var listener = new TunnelListener(this, name, instance, _options.TimeProvider);
        await RegisterAsync(listener.Registration, cancellationToken).ConfigureAwait(false);
        return listener;
    }

    /// <summary>Registers a name, blocking.</summary>
    /// <inheritdoc cref="ListenAsync" path="/exception"/>
    /// <param name="name">The name.</param>
    public TunnelListener Listen(string name) => BlockingCall.Wait(ListenAsync(name));

    /// <summary>Listens on this machine, and connects each connection with a target through the tunnel.</summary>
    /// <param name="listenOn">Where; port 0 finds a free one.</param>
    /// <param name="target"><c>host:port</c>, or a name; not looked at before somebody connects.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The target is neither.</exception>
    /// <exception cref="SocketException">The address is taken, or none of this machine.</exception>
    public ValueTask<TunnelForward> ForwardLocalAsync(
        IPEndPoint listenOn, string target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listenOn);
        TunnelTarget.Authority(target);
        cancellationToken.ThrowIfCancellationRequested();
        var forward = new LocalForward(this, _options, listenOn, target);
        var local = forward.LocalEndPoint;
        return new ValueTask<TunnelForward>(Keep(local.ToString(), target, local, forward.DisposeAsync));
    }

    /// <summary>Registers a name, and connects each stream to it with a target on this side.</summary>
    /// <param name="name">As for <see cref="ListenAsync"/>.</param>
    /// <param name="target"><c>host:port</c>, or <c>unix:PATH</c>; not looked at before somebody connects.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="ListenAsync" path="/exception"/>
    public async ValueTask<TunnelForward> ForwardRemoteAsync(
        string name, string target, CancellationToken cancellationToken = default)
    {
        TunnelTarget.CheckName(name);
        var forward = new RemoteForward(DialTarget.Parse(target), _options);
        var instance = TunnelTarget.Instance(_options.Instance ?? $"{Environment.MachineName}/{target}");
        var registration = new TunnelName(name, instance, forward);
        await RegisterAsync(registration, cancellationToken).ConfigureAwait(false);
        return Keep(name, target, null, () => RemoveAsync(registration));
    }

    /// <summary>Ends forwards, listeners and streams, and closes; at most some seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _completion.Task.ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => BlockingCall.Wait(DisposeAsync());

    /// <summary>A stream to a target, raw.</summary>
    internal async Task<MuxStream> ConnectAsync(string target, CancellationToken cancellationToken)
    {
        TunnelTarget.Authority(target);
        var link = await _keeper.WaitAsync(TunnelStage.Open, cancellationToken).ConfigureAwait(false);
        return await link.ConnectAsync(target, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Gives a name back. Where there is no connection it is enough not to register it again.</summary>
    internal async ValueTask RemoveAsync(TunnelName name)
    {
        if (!_names.Remove(name) || _keeper.Current is not { } link)
        {
            return;
        }

        using var limit = new CancellationTokenSource(RemovePatience, _options.TimeProvider);
        try
        {
            await link.RemoveAsync(name, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TunnelException or OperationCanceledException)
        {
            // It went with the connection.
        }
    }

    private async Task RegisterAsync(TunnelName name, CancellationToken cancellationToken)
    {
        _names.Add(name);
        try
        {
            // Ends with an answer, or when there is no connection for too long.
            while (true)
            {
                var link = await _keeper.WaitAsync(TunnelStage.Register, cancellationToken).ConfigureAwait(false);
                try
                {
                    await link.RegisterAsync([name], cancellationToken).ConfigureAwait(false);
                    return;
                }
                catch (TunnelException e) when (e.Code == TunnelException.CarrierLost)
                {
                    // The next link brings every name along; asking again tells when.
                    await link.Over.WaitAsync(cancellationToken).ConfigureAwait(false);
                    _keeper.Forget(link);
                }
            }
        }
        catch
        {
            _names.Remove(name);
            throw;
        }
    }

    private TunnelForward Keep(string from, string to, IPEndPoint? local, Func<ValueTask> stop)
    {
        TunnelForward? forward = null;
        forward = new TunnelForward(from, to, local, () =>
        {
            lock (_lock)
            {
                // Set below, before anybody else has it.
                _forwards.Remove(forward!);
            }

            return stop();
        });
        lock (_lock)
        {
            _forwards.Add(forward);
        }

        return forward;
    }

    /// <summary>Runs to the end, which is Completion.</summary>
    private async Task RunAsync(TunnelLink first)
    {
        var error = await _keeper.RunAsync(first, _stop.Token).ConfigureAwait(false);
        foreach (var name in _names.All)
        {
            name.Taker.End(error);
        }

        List<TunnelForward> forwards;
        lock (_lock)
        {
            forwards = [.. _forwards];
        }

        foreach (var forward in forwards.Where(static forward => forward.LocalEndPoint is not null))
        {
            await forward.DisposeAsync().ConfigureAwait(false);
        }

        _keeper.TellClosed(error);
        _completion.TrySetResult(error);
    }
}
