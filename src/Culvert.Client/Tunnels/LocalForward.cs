using System.Net;
using System.Net.Sockets;

namespace Culvert.Client.Tunnels;

/// <summary>Listens here, and connects each connection with one target through the tunnel.</summary>
internal sealed class LocalForward : IAsyncDisposable
{
    /// <summary>Connections at once; further ones wait in the system's backlog.</summary>
    private const int MaxConnections = 1024;

    private const int Backlog = 512;
    private const int FirstPrune = 64;

    private readonly TunnelSession _session;
    private readonly TunnelOptions _options;
    private readonly string _target;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _places = new(MaxConnections);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    /// <exception cref="SocketException">The address is taken, or none of this machine.</exception>
    public LocalForward(TunnelSession session, TunnelOptions options, IPEndPoint listenOn, string target)
    {
        _session = session;
        _options = options;
        _target = target;
        _listener = new Socket(listenOn.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _listener.Bind(listenOn);
            _listener.Listen(Backlog);
            // Not null when bound, and of the family of what it was bound to.
            LocalEndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        }
        catch
        {
            _listener.Dispose();
            throw;
        }

        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Listens no more, and resets the connections that are there.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        _stop.Dispose();
        _places.Dispose();
    }

    private async Task AcceptAsync()
    {
        await Task.Yield();
        var running = new List<Task>();
        var pruneAt = FirstPrune;
        try
        {
            // Ends when it is disposed of.
            while (true)
            {
                await _places.WaitAsync(_stop.Token).ConfigureAwait(false);
                if (await AcceptOneAsync().ConfigureAwait(false) is not { } socket)
                {
                    _places.Release();
                    continue;
                }

                if (running.Count >= pruneAt)
                {
                    running.RemoveAll(static task => task.IsCompleted);
                    pruneAt = Math.Max(FirstPrune, running.Count * 2);
                }

                running.Add(ServeAsync(socket));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // Disposed of.
        }

        await Task.WhenAll(running).ConfigureAwait(false);
    }

    /// <summary>Null when there was none to take: it was reset again, or the process has too many files open.</summary>
    private async Task<Socket?> AcceptOneAsync()
    {
        try
        {
            var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
            socket.NoDelay = true;
            return socket;
        }
        catch (SocketException)
        {
            _stop.Token.ThrowIfCancellationRequested();

            // Without a file to spare the next attempt would fail at once, and the next.
            var time = _options.TimeProvider;
            await Task.Delay(TunnelSession.FirstDelay, time, _stop.Token).ConfigureAwait(false);
            return null;
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        var from = socket.RemoteEndPoint?.ToString() ?? "somebody";
        ForwardedConnection report;
        try
        {
            var stream = await _session.ConnectAsync(_target, _stop.Token).ConfigureAwait(false);
            var startedAt = _options.TimeProvider.GetTimestamp();
            var relay = new SocketRelay(socket, stream, _options.Linger, _options.TimeProvider);
            var error = await relay.RunAsync(_stop.Token).ConfigureAwait(false);
            var duration = _options.TimeProvider.GetElapsedTime(startedAt);
            report = new ForwardedConnection(from, _target, relay.SentBytes, relay.ReceivedBytes, duration, error);
        }
        catch (Exception e) when (e is TunnelException or OperationCanceledException)
        {
            SocketReset.Reset(socket);
            report = new ForwardedConnection(
                from, _target, 0, 0, TimeSpan.Zero, e is TunnelException ? e.Message : "stopped");
        }
        finally
        {
            _places.Release();
        }

        _options.OnForwarded?.Invoke(report);
    }
}
