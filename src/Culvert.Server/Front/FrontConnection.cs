using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Culvert.Server.Connections;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace Culvert.Server.Front;

/// <summary>
/// One accepted connection. It belongs to the front until a request is for the application; from then on the HTTP
/// server owns it, and reads through <see cref="ApplicationReader"/>, which still judges each request. After an
/// upgrade it may come back, for a session that needs no HTTP.
/// </summary>
internal sealed class FrontConnection
    : ConnectionContext, IMemoryPoolFeature, IConnectionSocketFeature, IConnectionOwner
{
    private static long _lastId;

    private readonly FrontServer _server;
    private readonly FrontListener _listener;
    private readonly Socket _socket;
    private readonly RequestGate _gate;

    [SuppressMessage("Usage", "CA2213", Justification = "Without a timer there is nothing in it to release.")]
    private CancellationTokenSource? _closed;

    private EndPoint? _peer;
    private FeatureCollection? _features;
    private IDuplexPipe? _transport;
    private IDictionary<object, object?>? _items;
    private string? _id;
    private Func<Task>? _session;
    private long _deadline = long.MaxValue;
    private int _isClosed;
    private volatile bool _isDraining;
    private volatile Phase _phase;

    /// <param name="server">What all connections share.</param>
    /// <param name="listener">Takes it when a request is for the application.</param>
    /// <param name="socket">Connected and non-blocking; disposed with this.</param>
    public FrontConnection(FrontServer server, FrontListener listener, Socket socket)
    {
        _server = server;
        _listener = listener;
        _socket = socket;
        Input = new SocketPipeReader(socket) { HoldsBuffer = true, ResumesOnPool = false };
        Output = new SocketPipeWriter(socket);
        _gate = new RequestGate(server, this);
    }

    public SocketPipeReader Input { get; }

    public SocketPipeWriter Output { get; }

    /// <summary>The view of the HTTP server; null while the front owns the connection.</summary>
    public ApplicationReader? Application { get; private set; }

    /// <summary>Neighbours in the table, which alone touches them.</summary>
    public FrontConnection? Next { get; set; }

    public FrontConnection? Previous { get; set; }

    /// <summary>True while it is in the table, which alone sets it.</summary>
    public bool IsListed { get; set; }

    /// <summary>True once the HTTP server owns it. The table alone sets it.</summary>
    public bool IsHandedOver { get; set; }

    public override EndPoint? LocalEndPoint
    {
        get => AddressOf(static socket => socket.LocalEndPoint);
        set => throw new NotSupportedException("The socket has its address.");
    }

    public override EndPoint? RemoteEndPoint
    {
        get => _peer ??= AddressOf(static socket => socket.RemoteEndPoint);
        set => _peer = value;
    }

    /// <summary>The peer's address; null when it is gone already or is no IP address.</summary>
    public IPAddress? Address => (RemoteEndPoint as IPEndPoint)?.Address;

    /// <summary>True when no further request is to be read on it.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>True when the time for what it waits for is over, as of the last tick.</summary>
    public bool IsExpired => IsOverdue(_server.Clock.Milliseconds);

    public Phase Phase => _phase;

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref _lastId).ToString("x", CultureInfo.InvariantCulture);
        set => _id = value;
    }

    public override IFeatureCollection Features => _features ??= new FeatureCollection();

    MemoryPool<byte> IMemoryPoolFeature.MemoryPool => _server.Pool;

    Socket IConnectionSocketFeature.Socket => _socket;

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override IDuplexPipe Transport
    {
        get => _transport ?? throw new InvalidOperationException("The front has the connection still.");
        set => _transport = value;
    }

    public override CancellationToken ConnectionClosed
    {
        get => _closed?.Token ?? throw new InvalidOperationException("The front has the connection still.");
        set => throw new NotSupportedException("The socket decides when it is closed.");
    }

    /// <summary>Begins to serve. Nothing is thrown, and the end is the table's to wait for.</summary>
    public void Start() => _ = RunAsync();

    /// <summary>Says something short without waiting, after taking what the peer has said off the line.</summary>
    public void SayNow(ReadOnlySpan<byte> bytes)
    {
        Span<byte> said = stackalloc byte[1024];
        try
        {
            _socket.Receive(said, SocketFlags.None, out _);
            _socket.Send(bytes, SocketFlags.None, out _);
        }
        catch (ObjectDisposedException)
        {
            // It was closed meanwhile.
        }
    }

    /// <summary>Waits for something from now on, for so long and up to two ticks of the sweep more.</summary>
    public void Enter(Phase phase, TimeSpan limit)
    {
        // The clock may be a tick behind. The deadline comes first: who sees the phase is to see no older one.
        var time = limit + ConnectionTable.Tick;
        Volatile.Write(ref _deadline, _server.Clock.Milliseconds + (long)time.TotalMilliseconds);
        _phase = phase;
    }

    /// <summary>The application has a request: it has its own limits.</summary>
    public void EnterApplication()
    {
        Volatile.Write(ref _deadline, long.MaxValue);
        _phase = Phase.Application;
        if (Input.HasEnded)
        {
            OnPeerEnded();
        }
    }

    public void EnterIdle() => Enter(Phase.Idle, _server.Limits.KeepAlive);

    public void EnterSending() => Enter(Phase.Sending, _server.Limits.SendTimeout);

    /// <summary>A head has begun; the time runs from here, however often more of it comes.</summary>
    public void EnterHead()
    {
        if (_phase != Phase.Head)
        {
            Enter(Phase.Head, _server.Limits.HeadTimeout);
        }
    }

    public bool IsOverdue(long now) => Volatile.Read(ref _deadline) <= now;

    /// <summary>Called by the sweep when the time is over.</summary>
    public void Expire()
    {
        var phase = _phase;
        if (!IsExpired)
        {
            // It waits for something else since.
            return;
        }

        switch (phase)
        {
            case Phase.Sending or Phase.Discarding:
                Close();
                break;
            case Phase.Ending:
                Volatile.Write(ref _deadline, long.MaxValue);
                CancelClosed();
                break;
            case Phase.Application:
                break;
            default:
                // The gate looks at the clock again: what it waited for may have come in between.
                Input.CancelPendingRead();
                break;
        }
    }

    /// <summary>Ends after the request it is at, or at once when there is none.</summary>
    public void Drain()
    {
        _isDraining = true;
        if (Application is null && _session is null)
        {
            Input.CancelPendingRead();
        }
    }

    public void OutliveRequest(Func<Task> session) => _session = session;

    public override void Abort(ConnectionAbortedException abortReason) => Close();

    /// <summary>The HTTP server is done with it.</summary>
    [SuppressMessage("Usage", "CA2215", Justification = "The base method aborts, and does nothing else.")]
    public override async ValueTask DisposeAsync()
    {
        if (_session is not null)
        {
            LeaveHttp();
            return;
        }

        await EndAsync(Application is { MayHaveMore: true });
        await Input.CompleteAsync();
    }

    /// <summary>Closes the socket; whoever waits on it is told. Safe to call again, from anywhere.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _isClosed, 1) != 0)
        {
            return;
        }

        _socket.Dispose();
        Input.Dispose();
        _server.Connections.Remove(this);
        CancelClosed();
    }

    private EndPoint? AddressOf(Func<Socket, EndPoint?> read)
    {
        try
        {
            return read(_socket);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer has gone already.
            return null;
        }
    }

    private async Task RunAsync()
    {
        try
        {
            Enter(Phase.FirstByte, _server.Limits.HeadTimeout);
            if (await _gate.PassAsync() == Passage.Application && TryHandOver())
            {
                return;
            }

            await EndAsync(mayHaveMore: false);
        }
        catch (Exception exception)
        {
            // The edge of the connection's task: a fault of ours ends this connection and no other.
            _server.Report(RemoteEndPoint, exception);
        }

        Close();
        await Input.CompleteAsync();
    }

    /// <summary>
    /// Lets go of what HTTP needed, which is most of what an idle connection would hold, and begins the session. Not on
    /// this thread, whose context may hold on to the request.
    /// </summary>
    private void LeaveHttp()
    {
        Input.Ended = null;
        EnterApplication();
        (Application, _transport, _features, _items, _closed) = (null, null, null, null, null);
        _server.Connections.TakeBack(this);
        ThreadPool.UnsafeQueueUserWorkItem(
            static connection => _ = connection.RunSessionAsync(), this, preferLocal: false);
    }

    private async Task RunSessionAsync()
    {
        try
        {
            await _session!(); // Not null: only a connection with a session comes here.
        }
        catch (Exception exception)
        {
            // The edge of the connection's task: a fault of ours ends this connection and no other.
            _server.Report(RemoteEndPoint, exception);
        }

        Close();
        await Input.CompleteAsync();
    }

    /// <summary>Closes, and lets the peer take all that was sent to it before.</summary>
    private async ValueTask EndAsync(bool mayHaveMore)
    {
        if ((mayHaveMore || Input.IsReceiving) && !Output.HasEnded)
        {
            await _gate.DiscardAsync();
        }

        Close();
    }

    private bool TryHandOver()
    {
        Input.HoldsBuffer = false;
        Input.ResumesOnPool = true;
        Input.Ended = OnPeerEnded;
        if (_gate.IsUpgrade && _server.Loops?.For(_socket) is { } readiness && Input.TryWaitOn(readiness))
        {
            Output.Readiness = readiness;
        }

        _closed = new CancellationTokenSource();
        Application = new ApplicationReader(this, _gate);
        Application.Begin();
        _transport = new ApplicationTransport(Application, Output);
        Features.Set(new DirectConnection(Input, Output, this));
        Features.Set<IMemoryPoolFeature>(this);
        Features.Set<IConnectionSocketFeature>(this);
        _server.Connections.HandOver(this);
        return _gate.HeadLength == 0 ? _server.Http2.TryHandOver(this) : _listener.TryHandOver(this);
    }

    /// <summary>
    /// A reset takes the application's request away at once. After a mere end of sending, an answer that is nearly
    /// ready still goes out: half-closing clients wait for one.
    /// </summary>
    private void OnPeerEnded()
    {
        if (Input.Error != SocketError.Success)
        {
            CancelClosed();
        }
        else if (_phase == Phase.Application)
        {
            Enter(Phase.Ending, FrontServer.HalfClosedTime);
        }
    }

    private void CancelClosed()
    {
        // Its listeners are the application's: not on the thread that serves sockets.
        if (_closed is { IsCancellationRequested: false } closed)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static source => source.Cancel(), closed, preferLocal: false);
        }
    }

    /// <summary>The two directions as the HTTP server sees them.</summary>
    private sealed record ApplicationTransport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
