using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Culvert.Client.Messages;

/// <summary>
/// JSON values as messages, by the generated metadata of System.Text.Json: nothing is looked up at run time, so it
/// works trimmed and compiled ahead.
/// </summary>
public static class MessageJson
{
    /// <summary>Sends a value as JSON, blocking.</summary>
    /// <param name="client">Sends it.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">Its metadata, such as <c>MyContext.Default.Step</c>.</param>
    /// <param name="kind">Default: text. Some peers expect binary.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public static void SendJson<T>(
        this MessageClient client, T value, JsonTypeInfo<T> type, MessageKind kind = MessageKind.Text)
    {
        ArgumentNullException.ThrowIfNull(client);
        client.Send(JsonSerializer.SerializeToUtf8Bytes(value, type), kind);
    }

    /// <summary>Sends a value as JSON.</summary>
    /// <param name="client">Sends it.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">Its metadata.</param>
    /// <param name="kind">Default: text.</param>
    /// <param name="cancellationToken">Stops waiting for room.</param>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public static ValueTask SendJsonAsync<T>(
        this MessageClient client,
        T value,
        JsonTypeInfo<T> type,
        MessageKind kind = MessageKind.Text,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(JsonSerializer.SerializeToUtf8Bytes(value, type), kind, cancellationToken);
    }

    /// <summary>The next message, text or binary, as a value, blocking.</summary>
    /// <param name="client">Receives it.</param>
    /// <param name="type">The value's metadata.</param>
    /// <param name="timeout">How long to wait; null, the default, for ever.</param>
    /// <exception cref="TimeoutException">No message in time; the next call goes on waiting for it.</exception>
    /// <exception cref="JsonException">
    /// The message is not such a value. It is taken, and the connection goes on.
    /// </exception>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public static T ReceiveJson<T>(this MessageClient client, JsonTypeInfo<T> type, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.TryReceive(timeout ?? Timeout.InfiniteTimeSpan, out var message)
            ? Read(message, type)
            : throw new TimeoutException($"no message within {timeout}");
    }

    /// <summary>The next message, text or binary, as a value.</summary>
    /// <param name="client">Receives it.</param>
    /// <param name="type">The value's metadata.</param>
    /// <param name="cancellationToken">Stops waiting, and harms nothing.</param>
    /// <exception cref="JsonException">
    /// The message is not such a value. It is taken, and the connection goes on.
    /// </exception>
    /// <exception cref="ConnectionClosedException">The connection has ended.</exception>
    public static async ValueTask<T> ReceiveJsonAsync<T>(
        this MessageClient client, JsonTypeInfo<T> type, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return Read(await client.ReceiveAsync(cancellationToken).ConfigureAwait(false), type);
    }

    private static T Read<T>(Message message, JsonTypeInfo<T> type)
    {
        using (message)
        {
            return JsonSerializer.Deserialize(message.Data.Span, type)
                ?? throw new JsonException("The message is null where a value was expected.");
        }
    }
}
