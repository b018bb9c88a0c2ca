using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// A connection that was just opened, for <see cref="ReconnectOptions.OnConnected"/> to speak first on it.
/// Thread-safe.
/// </summary>
public sealed class Preamble
{
    private readonly MessageConnection _connection;

    internal Preamble(MessageConnection connection, bool isFirst)
    {
        _connection = connection;
        IsFirst = isFirst;
    }

    /// <summary>Whether this client was never connected before.</summary>
    public bool IsFirst { get; }

    /// <summary>Sends a text ahead of everything else.</summary>
    /// <param name="text">Unpaired surrogates become U+FFFD.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended again.</exception>
    public ValueTask SendAsync(string text, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(Opcode.Text, Encoding.UTF8.GetBytes(text), cancellationToken);

    /// <summary>Sends a message ahead of everything else.</summary>
    /// <param name="data">The message; not changed, and not used after the call has ended.</param>
    /// <param name="kind">For a text, the data must be valid UTF-8.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended again.</exception>
    public ValueTask SendAsync(
        ReadOnlyMemory<byte> data, MessageKind kind, CancellationToken cancellationToken = default) =>
        _connection.SendAsync(MessageOpcode.Of(kind, data.Span), data, cancellationToken);
}
