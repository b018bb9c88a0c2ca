using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>Takes connections, shakes hands, and leads each to its route. Thread-safe.</summary>
internal sealed class IncomingConnections : IAsyncDisposable
{
    // For a client to read why it was refused, and while the system has no more sockets to give.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly IReadOnlyList<Socket> _sockets;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<MessageClient, bool> _clients = [];
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _accepting = Task.CompletedTask;
    private MessageEndpoint[] _endpoints = [];
    private int _active = 1;
    private bool _isStopped;

    public IncomingConnections(IReadOnlyList<Socket> sockets, MessageListenerOptions options)
    {
        _sockets = sockets;
        Options = options;
        EndPoints = [.. sockets.Select(s => s.LocalEndPoint).OfType<IPEndPoint>()];
    }

    public MessageListenerOptions Options { get; }

    public IReadOnlyList<IPEndPoint> EndPoints { get; }

    public ICollection<MessageClient> Clients => _clients.Keys;

    public void Map(MessageEndpoint endpoint)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isStopped, typeof(MessageListener));
            _endpoints = [.. _endpoints, endpoint];
        }
    }

    public void Start() => _accepting = Task.WhenAll(_sockets.Select(s => Task.Run(() => AcceptAsync(s))));

    public async ValueTask DisposeAsync()
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = !_isStopped;
            _isStopped = true;
        }

        if (!isFirst)
        {
            await _drained.Task.ConfigureAwait(false);
            return;
        }

        Leave();
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var socket in _sockets)
        {
            socket.Dispose();
        }

        await _accepting.ConfigureAwait(false);
        foreach (var endpoint in _endpoints)
        {
            endpoint.Complete();
        }

        await Task.WhenAll(_clients.Keys.Select(c => c.CloseAsync(CloseCode.GoingAway, "the server stops").AsTask()))
            .ConfigureAwait(false);
        await _drained.Task.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync(Socket listener)
    {
        var time = Options.TimeProvider;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var socket = await listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                _ = ServeAsync(socket); // Counted, and awaited at the end.
            }
            catch (SocketException) when (!_stop.IsCancellationRequested)
            {
                // The client left again, or there are no sockets to be had just now.
                await Task.Delay(Pause, time, _stop.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    /// <summary>One connection from beginning to end; never fails.</summary>
    private async Task ServeAsync(Socket socket)
    {
        var active = Interlocked.Increment(ref _active);
        Stream stream = new NetworkStream(socket, ownsSocket: true);
        MessageClient? client = null;
        try
        {
            using var limit = new CancellationTokenSource(Options.HandshakeTimeout, Options.TimeProvider);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _stop.Token);
            socket.NoDelay = true;
            stream = await SecureAsync(stream, either.Token).ConfigureAwait(false);
            client = await OpenAsync(stream, socket, active - 1, either.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It left, took too long, or does not speak TLS: nobody is there to be told.
            await stream.DisposeAsync().ConfigureAwait(false);
        }

        if (client is null)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await client.Finished.ConfigureAwait(false);
            _clients.TryRemove(client, out _);
        }

        Leave();
    }

    private async Task<Stream> SecureAsync(Stream stream, CancellationToken cancellationToken)
    {
        if (Options.Certificate is not { } certificate)
        {
            return stream;
        }

        var secure = new SslStream(stream);
        var settings = new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ApplicationProtocols = [SslApplicationProtocol.Http11],
        };
        await secure.AuthenticateAsServerAsync(settings, cancellationToken).ConfigureAwait(false);
        return secure;
    }

    private async Task<MessageClient?> OpenAsync(
        Stream stream, Socket socket, int connections, CancellationToken cancellationToken)
    {
        var handshake = new IncomingHandshake(stream, Options);
        var refusal = connections > Options.MaxConnections
            ? new RequestRefusal(503, "There are too many connections.")
            : await handshake.ReadAsync(cancellationToken).ConfigureAwait(false);
        IReadOnlyDictionary<string, string>? values = null;
        var endpoint = _endpoints.FirstOrDefault(e => e.TryMatch(handshake.Path, out values));
        refusal ??= endpoint is null ? new RequestRefusal(404, "Nothing listens on this path.") : handshake.Judge();
        if (refusal is not null || endpoint is null || values is null || handshake.Agreement is not { } agreement)
        {
            await RefuseAsync(stream, socket, refusal, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var request = new AcceptedRequest(
            handshake.Path,
            handshake.Query,
            values,
            handshake.Headers,
            agreement.Subprotocol,
            socket.RemoteEndPoint);
        refusal = await AskAsync(request, cancellationToken).ConfigureAwait(false);
        if (refusal is null && !endpoint.TryReserve())
        {
            refusal = new RequestRefusal(503, "Too many wait on this path already.");
        }

        if (refusal is not null)
        {
            await RefuseAsync(stream, socket, refusal, cancellationToken).ConfigureAwait(false);
            return null;
        }

        try
        {
            await handshake.AgreeAsync(agreement, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            endpoint.Release();
            throw;
        }

        return Begin(stream, endpoint, request, agreement.Deflate, handshake.Early);
    }

    private MessageClient Begin(
        Stream stream, MessageEndpoint endpoint, AcceptedRequest request, bool deflate, ReadOnlyMemory<byte> early)
    {
        var queue = new ReceiveQueue(Options.Limits);
        var connection = new MessageConnection(
            stream, WebSocketRole.Server, deflate, Options.Limits, Options.TimeProvider, queue);
        connection.Start(early);
        var client = MessageClient.Accept(queue, connection, request);
        _clients.TryAdd(client, true);
        if (!endpoint.Add(client) || _stop.IsCancellationRequested)
        {
            _ = client.CloseAsync(CloseCode.GoingAway, "the server stops").AsTask();
        }

        return client;
    }

    private async ValueTask<RequestRefusal?> AskAsync(AcceptedRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return Options.Authorize is null
                || await Options.Authorize(request, cancellationToken).ConfigureAwait(false)
                ? null
                : new RequestRefusal(403, "You may not connect here.");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Not its words: they may hold what is none of the client's business.
            return new RequestRefusal(500, "Whether you may connect cannot be decided now.");
        }
    }

    private async Task RefuseAsync(
        Stream stream, Socket socket, RequestRefusal? refusal, CancellationToken cancellationToken)
    {
        if (refusal is not { Status: > 0 })
        {
            return;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(refusal.Write()), cancellationToken).ConfigureAwait(false);
        socket.Shutdown(SocketShutdown.Send);

        // Closing with bytes unread resets the connection, and the reset can overtake the answer.
        using var limit = new CancellationTokenSource(Pause, Options.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var discarded = new byte[1024];
        while (await stream.ReadAsync(discarded, either.Token).ConfigureAwait(false) > 0)
        {
            // None of it counts.
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _active) == 0)
        {
            _drained.TrySetResult();
        }
    }
}
