using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// Listens on one port for any number of WebSocket clients, which it tells apart by path, and hands each out as a
/// <see cref="MessageClient"/>. Thread-safe.
/// </summary>
/// <remarks>
/// A client is connected and being read before it is accepted. What is no WebSocket gets an answer in plain words: 426
/// for a plain GET, 404 for a path without a route, 503 beyond the limits. Whatever a client sends, the others never
/// notice.
/// </remarks>
public sealed class MessageListener : IAsyncDisposable, IDisposable
{
    private readonly IncomingConnections _incoming;
    private readonly MessageEndpoint _endpoint;

    private MessageListener(IncomingConnections incoming, MessageEndpoint endpoint)
    {
        _incoming = incoming;
        _endpoint = endpoint;
    }

    /// <summary>Where it listens: two addresses for <c>localhost</c>, one of each family, on one port.</summary>
    public IReadOnlyList<IPEndPoint> EndPoints => _incoming.EndPoints;

    /// <summary>The port, also when the system was asked to choose one.</summary>
    public int Port => EndPoints[0].Port;

    /// <summary>How many clients are connected, accepted or not.</summary>
    public int ClientCount => _incoming.Clients.Count;

    /// <summary>Starts to listen.</summary>
    /// <param name="address">
    /// <c>ws://localhost:8001/client{id}</c>: the host is an address, <c>localhost</c> for both families, or <c>*</c>
    /// for every address of this machine; port 0 lets the system choose; the route has names in braces, which stand for
    /// what is no slash, or <c>{*rest}</c> at its end for anything. Without a route every path is taken. <c>wss</c>
    /// needs <see cref="MessageListenerOptions.Certificate"/>.
    /// </param>
    /// <param name="options">Whom to let in, and bounds; null for the defaults.</param>
    /// <exception cref="ArgumentException">The address or an option cannot be used.</exception>
    /// <exception cref="SocketException">The port is taken, or may not be used.</exception>
    public static MessageListener Listen(string address, MessageListenerOptions? options = null)
    {
        options ??= new MessageListenerOptions();
        var place = ListenAddress.Parse(address);
        if (place.IsSecure != options.Certificate is not null)
        {
            throw new ArgumentException("wss needs a certificate, and ws none.", nameof(options));
        }

        var endpoint = new MessageEndpoint(place.Route, options.Backlog);
        var incoming = new IncomingConnections(place.Bind(options.Backlog), options);
        incoming.Map(endpoint);
        incoming.Start();
        return new MessageListener(incoming, endpoint);
    }

    /// <summary>
    /// Adds a route, which gets a line of its own. Of several that fit a path the one that was added first is taken.
    /// </summary>
    /// <param name="route">Such as <c>/game/{name}</c>.</param>
    /// <exception cref="ArgumentException">It is no route.</exception>
    public MessageEndpoint Map(string route)
    {
        var endpoint = new MessageEndpoint(route, _incoming.Options.Backlog);
        _incoming.Map(endpoint);
        return endpoint;
    }

    /// <summary>The next client of the address's own route, blocking until there is one.</summary>
    /// <inheritdoc cref="MessageEndpoint.Accept" path="/returns|/exception"/>
    public MessageClient Accept() => _endpoint.Accept();

    /// <summary>The next client of the address's own route, blocking for a time at most.</summary>
    /// <inheritdoc cref="MessageEndpoint.TryAccept"/>
    public bool TryAccept(TimeSpan timeout, [NotNullWhen(true)] out MessageClient? client) =>
        _endpoint.TryAccept(timeout, out client);

    /// <summary>The next client of the address's own route.</summary>
    /// <inheritdoc cref="MessageEndpoint.AcceptAsync"/>
    public ValueTask<MessageClient> AcceptAsync(CancellationToken cancellationToken = default) =>
        _endpoint.AcceptAsync(cancellationToken);

    /// <summary>
    /// Sends a message to every client without waiting for any: each gets it when its turn comes, behind what was sent
    /// to it before.
    /// </summary>
    /// <param name="data">The message; free for other use when the call returns.</param>
    /// <param name="kind">Default: binary. For a text, the data must be valid UTF-8.</param>
    /// <param name="policy">What becomes of a client that does not keep up.</param>
    /// <returns>How many clients it was sent to.</returns>
    /// <exception cref="ArgumentException">A text that is no UTF-8.</exception>
    public int Broadcast(
        ReadOnlySpan<byte> data,
        MessageKind kind = MessageKind.Binary,
        SlowPolicy policy = SlowPolicy.DropClient)
    {
        var opcode = MessageOpcode.Of(kind, data);
        var reached = 0;
        foreach (var client in _incoming.Clients)
        {
            if (client.TryPost(opcode, data))
            {
                reached++;
            }
            else if (policy == SlowPolicy.DropClient && client.State == ConnectionState.Open)
            {
                _ = client.CloseAsync(CloseCode.PolicyViolation, "too slow for a broadcast").AsTask();
            }
        }

        return reached;
    }

    /// <summary>
    /// Stops: takes no more clients, closes all there are with 1001, and ends in about
    /// <see cref="MessageLimits.CloseTimeout"/>.
    /// </summary>
    public ValueTask DisposeAsync() => _incoming.DisposeAsync();

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => BlockingCall.Wait(DisposeAsync());
}
