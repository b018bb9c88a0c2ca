using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// One end of a WebSocket: sends and receives messages, blocking or asynchronously, from any thread. Made by
/// <see cref="Connect(Uri, MessageClientOptions?)"/> or accepted by a <see cref="MessageListener"/>.
/// </summary>
/// <remarks>
/// <para>
/// Every member is thread-safe. Concurrent senders never interleave: a message goes out whole, in the order of the
/// calls, and messages that wait for each other share one write. A time-out or a cancellation of receiving only stops
/// the waiting; it loses nothing and harms nobody.
/// </para>
/// <para>
/// A blocking call waits on the thread that makes it, and for work that needs neither that thread nor its
/// <see cref="SynchronizationContext"/>: it cannot deadlock a user interface, only hold it up. An asynchronous call
/// goes on wherever its caller's await does. <see cref="StateChanged"/> is raised on the context that was current when
/// the client was made, otherwise on the thread pool.
/// </para>
/// <para>Dispose of it in the end, which closes with 1000 and takes at most <see cref="MessageLimits.CloseTimeout"/>.
/// </para>
/// </remarks>
public sealed class MessageClient : IAsyncDisposable, IDisposable
{
    private readonly ReceiveQueue _queue;
    private readonly MessageSession _session;
    private readonly MessageDialer? _dialer;

    private MessageClient(
        ReceiveQueue queue, MessageConnection connection, MessageDialer? dialer, SynchronizationContext? context)
    {
        _queue = queue;
        _dialer = dialer;
        _session = new MessageSession(queue, connection, dialer, context);
    }

    /// <summary>
    /// Raised after each change of <see cref="State"/>, one at a time and in order. A handler must not throw, and what
    /// it does holds up the next notice, not the connection.
    /// </summary>
    public event Action<StateChange>? StateChanged
    {
        add => _session.StateChanged += value;
        remove => _session.StateChanged -= value;
    }

    /// <summary>How far the connection is.</summary>
    public ConnectionState State => _session.State;

    /// <summary>How it ended; null before.</summary>
    public CloseInfo? Closed => _session.Closed;

    /// <summary>The time there and back of the last answered ping; zero before the first.</summary>
    public TimeSpan Latency => _session.Connection.Latency;

    /// <summary>How many messages <see cref="ReconnectOptions.WhileDown"/> has dropped.</summary>
    public long Dropped => _session.Dropped;

    /// <summary>
    /// Of an accepted connection, the path that the client asked for, unescaped, without the query; empty otherwise.
    /// </summary>
    public string Path { get; private init; } = "";

    /// <summary>
    /// Of an accepted connection, what stood in the braces of its route: <c>3</c> for <c>id</c> when
    /// <c>/client{id}</c> was asked for as <c>/client3</c>. Otherwise empty.
    /// </summary>
    public IReadOnlyDictionary<string, string> RouteValues { get; private init; } =
        new Dictionary<string, string>();

    /// <summary>
    /// The headers that the other side sent with the handshake, in order: of an accepted connection the request's,
    /// otherwise those of the server's last answer.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers
    {
        get => field ?? _dialer?.Opened?.Headers ?? [];
        private init;
    }

    /// <summary>The subprotocol agreed on; null for none.</summary>
    public string? Subprotocol
    {
        get => field ?? _dialer?.Opened?.Subprotocol;
        private init;
    }

    /// <summary>The address of the other side, or of the proxy before it.</summary>
    public EndPoint? RemoteEndPoint
    {
        get => field ?? _dialer?.Opened?.RemoteEndPoint;
        private init;
    }

    /// <summary>Completes at the end, and never fails.</summary>
    internal Task Finished => _session.Finished;

    /// <summary>
    /// Completes at the end of the connection that is there now, if another may follow; null when none will, because
    /// then receiving tells the end, behind the last message.
    /// </summary>
    internal Task? EndOfThisConnection => _dialer?.Reconnect is null ? null : _session.Connection.Ended;

    internal bool HasMessage => _queue.HasMessage;

    /// <summary>Connects, blocking.</summary>
    /// <param name="address">A <c>ws</c> or <c>wss</c> address.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    /// <exception cref="ConnectFailedException">There is no connection; says at which step it failed.</exception>
    public static MessageClient Connect(Uri address, MessageClientOptions? options = null) =>
        BlockingCall.Wait(ConnectAsync(address, options));

    /// <inheritdoc cref="Connect(Uri, MessageClientOptions?)"/>
    public static MessageClient Connect(string address, MessageClientOptions? options = null) =>
        Connect(new Uri(address), options);

    /// <summary>Connects.</summary>
    /// <inheritdoc cref="Connect(Uri, MessageClientOptions?)" path="/param"/>
    /// <param name="address">A <c>ws</c> or <c>wss</c> address.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    /// <exception cref="ConnectFailedException">There is no connection; says at which step it failed.</exception>
    public static async ValueTask<MessageClient> ConnectAsync(
        Uri address, MessageClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new MessageClientOptions();
        var queue = new ReceiveQueue(options.Limits);
        var dialer = new MessageDialer(address, options, queue);
        // Taken before the first await leaves it.
        var context = SynchronizationContext.Current;
        var connection = await dialer.OpenAsync(cancellationToken).ConfigureAwait(false);
        return new MessageClient(queue, connection, dialer, context);
    }

    /// <summary>Sends bytes, blocking until they are handed to the system.</summary>
    /// <param name="data">The message; free for other use when the call returns.</param>
    /// <param name="kind">Default: binary. For a text, the data must be valid UTF-8.</param>
    /// <exception cref="ArgumentException">A text that is no UTF-8.</exception>
    /// <exception cref="ConnectionClosedException">The connection has ended; of this message nothing arrived, or all.
    /// </exception>
    public void Send(ReadOnlySpan<byte> data, MessageKind kind = MessageKind.Binary)
    {
        var opcode = MessageOpcode.Of(kind, data);
        _session.Route(opcode, data)?.Send(opcode, data);
    }

    /// <summary>Sends a text, blocking.</summary>
    /// <param name="text">Unpaired surrogates become U+FFFD.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public void Send(string text) => Send(Encoding.UTF8.GetBytes(text), MessageKind.Text);

    /// <summary>Sends bytes; completes when they are handed to the system.</summary>
    /// <param name="data">The message; must not change until the call completes.</param>
    /// <param name="kind">Default: binary. For a text, the data must be valid UTF-8.</param>
    /// <param name="cancellationToken">
    /// Stops waiting for room; a message that stands in line already is sent all the same.
    /// </param>
    /// <exception cref="ArgumentException">A text that is no UTF-8.</exception>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public ValueTask SendAsync(
        ReadOnlyMemory<byte> data, MessageKind kind = MessageKind.Binary, CancellationToken cancellationToken = default)
    {
        var opcode = MessageOpcode.Of(kind, data.Span);
        return _session.Route(opcode, data.Span)?.SendAsync(opcode, data, cancellationToken) ?? ValueTask.CompletedTask;
    }

    /// <summary>Sends a text; completes when it is handed to the system.</summary>
    /// <param name="text">Unpaired surrogates become U+FFFD.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync(Encoding.UTF8.GetBytes(text), MessageKind.Text, cancellationToken);

    /// <summary>The next message, blocking until there is one or the connection ends.</summary>
    /// <returns>The caller's, to dispose of.</returns>
    /// <exception cref="ConnectionClosedException">The connection has ended, and all messages are received.</exception>
    public Message Receive()
    {
        _queue.TryTake(Timeout.InfiniteTimeSpan, out var message);
        return message ?? throw ClosedException();
    }

    /// <summary>
    /// The next message, blocking for a time at most. A time-out harms nothing: the next call goes on.
    /// </summary>
    /// <param name="timeout">Zero only looks; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</param>
    /// <param name="message">The caller's, to dispose of; null when the result is false.</param>
    /// <returns>False when none came in time.</returns>
    /// <exception cref="ConnectionClosedException">The connection has ended, and all messages are received.</exception>
    public bool TryReceive(TimeSpan timeout, [NotNullWhen(true)] out Message? message) =>
        _queue.TryTake(timeout, out message) && (message is not null ? true : throw ClosedException());

    /// <summary>The next message.</summary>
    /// <param name="cancellationToken">Stops waiting, and harms nothing: the next call goes on.</param>
    /// <returns>The caller's, to dispose of.</returns>
    /// <exception cref="ConnectionClosedException">The connection has ended, and all messages are received.</exception>
    public async ValueTask<Message> ReceiveAsync(CancellationToken cancellationToken = default) =>
        await _queue.TakeAsync(cancellationToken).ConfigureAwait(false) ?? throw ClosedException();

    /// <summary>
    /// All messages up to the end, blocking for each. An ordinary end ends the loop; any other throws.
    /// </summary>
    /// <returns>Each is the caller's, to dispose of.</returns>
    /// <exception cref="ConnectionClosedErrorException">The connection ended otherwise than it should.</exception>
    public IEnumerable<Message> ReadAll()
    {
        while (_queue.TryTake(Timeout.InfiniteTimeSpan, out var message) && message is not null)
        {
            yield return message;
        }

        ThrowUnlessOk();
    }

    /// <summary>All messages up to the end. An ordinary end ends the loop; any other throws.</summary>
    /// <param name="cancellationToken">Stops waiting, and harms nothing.</param>
    /// <returns>Each is the caller's, to dispose of.</returns>
    /// <exception cref="ConnectionClosedErrorException">The connection ended otherwise than it should.</exception>
    public async IAsyncEnumerable<Message> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await _queue.TakeAsync(cancellationToken).ConfigureAwait(false) is { } message)
        {
            yield return message;
        }

        ThrowUnlessOk();
    }

    /// <summary>
    /// The next message as a stream that is read while it comes, blocking until it begins: for messages that are too
    /// large for memory, up to <see cref="MessageLimits.MaxPiecedMessageBytes"/>.
    /// </summary>
    /// <returns>The caller's, to dispose of; the next message comes after that.</returns>
    /// <exception cref="ConnectionClosedException">The connection has ended, and all messages are received.</exception>
    public MessageReader OpenReader() => BlockingCall.Wait(OpenReaderAsync());

    /// <summary>The next message as a stream that is read while it comes.</summary>
    /// <param name="cancellationToken">Stops waiting, and harms nothing.</param>
    /// <inheritdoc cref="OpenReader" path="/returns"/>
    /// <inheritdoc cref="OpenReader" path="/exception"/>
    public async ValueTask<MessageReader> OpenReaderAsync(CancellationToken cancellationToken = default)
    {
        var message = await _queue.TakeAsync(cancellationToken, takesPieces: true).ConfigureAwait(false);
        return new MessageReader(message ?? throw ClosedException());
    }

    /// <summary>
    /// A message to be written piece by piece. Nothing is sent, and nobody waits, before the first 64 KiB or a flush.
    /// It belongs to the connection that is there now: <see cref="ReconnectOptions.WhileDown"/> does not apply.
    /// </summary>
    /// <param name="kind">Default: binary. What is written to a text must be UTF-8.</param>
    /// <returns>The caller's, to complete, and to dispose of.</returns>
    public MessageWriter OpenWriter(MessageKind kind = MessageKind.Binary) => new(_session.Connection, kind);

    /// <summary>The time to the other side and back, blocking.</summary>
    /// <exception cref="TimeoutException">
    /// No answer within <see cref="MessageLimits.PongTimeout"/>; that alone does not end the connection.
    /// </exception>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public TimeSpan Ping() => BlockingCall.Wait(PingAsync());

    /// <summary>The time to the other side and back.</summary>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <inheritdoc cref="Ping" path="/exception"/>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) =>
        _session.Connection.PingAsync(cancellationToken);

    /// <summary>Closes, blocking for at most <see cref="MessageLimits.CloseTimeout"/>.</summary>
    /// <param name="code">1000–1003, 1007–1014 or 3000–4999. Default: 1000.</param>
    /// <param name="reason">For people; cut to 123 bytes of UTF-8.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent.</exception>
    public void Close(int code = CloseCode.Normal, string? reason = null) =>
        BlockingCall.Wait(CloseAsync(code, reason));

    /// <summary>
    /// Closes: tells the other side, and completes when it has answered, or after
    /// <see cref="MessageLimits.CloseTimeout"/>. What was sent before goes out first; what was received before, or
    /// comes until the answer and finds room, can still be received. Closing again does nothing.
    /// </summary>
    /// <param name="code">1000–1003, 1007–1014 or 3000–4999. Default: 1000.</param>
    /// <param name="reason">For people; cut to 123 bytes of UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting, not closing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent.</exception>
    public async ValueTask CloseAsync(
        int code = CloseCode.Normal, string? reason = null, CancellationToken cancellationToken = default)
    {
        if (!CloseCode.IsValidOnWire(code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code may not be sent.");
        }

        await _session.CloseAsync(code, reason ?? "").WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes with 1000, and drops what was not received.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync().ConfigureAwait(false);
        _queue.Clear();
    }

    /// <summary>Closes with 1000, blocking, and drops what was not received.</summary>
    public void Dispose() => BlockingCall.Wait(DisposeAsync());

    internal static MessageClient Accept(ReceiveQueue queue, MessageConnection connection, AcceptedRequest request) =>
        new(queue, connection, dialer: null, context: null)
        {
            Path = request.Path,
            RouteValues = request.RouteValues,
            Headers = request.Headers,
            Subprotocol = request.Subprotocol,
            RemoteEndPoint = request.RemoteEndPoint,
        };

    /// <summary>Sends without waiting; false when there is no room, or no connection.</summary>
    internal bool TryPost(ReadOnlySpan<byte> data, MessageKind kind) => TryPost(MessageOpcode.Of(kind, data), data);

    internal bool TryPost(Opcode opcode, ReadOnlySpan<byte> data) =>
        _session.Connection.TryPost(opcode, data);

    private void ThrowUnlessOk()
    {
        if (ClosedException() is ConnectionClosedErrorException failure)
        {
            throw failure;
        }
    }

    private ConnectionClosedException ClosedException() =>
        (Closed ?? throw new InvalidOperationException("The connection has not ended.")).ToException();
}
