using System.Text.Json.Serialization.Metadata;

namespace Culvert.Server.Streams;

/// <summary>
/// A source that many clients share: published to once, kept for a while so that clients resume, and never held up by
/// any of them. Thread-safe.
/// </summary>
/// <remarks>
/// <para>
/// Every item has an id, <c>EPOCH-N</c>; the epoch is random, so that an id from before a restart is known to be one.
/// A client that comes back with an id goes on after it. If items after it are gone,
/// <c>{"type":"gap","from":…,"to":…}</c> comes first: all after <c>from</c>, up to <c>to</c> itself, are missing. The
/// header <c>Stream-Start-Id</c> names the item before the first one sent: readers of lines count on from there.
/// </para>
/// <para>An item is written as JSON once and framed once for each framing; clients share the bytes.</para>
/// </remarks>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class StreamTopic<T>
{
    private readonly JsonTypeInfo<T> _type;

    /// <summary>Makes an empty topic.</summary>
    /// <param name="type">How to write an item.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="time">Null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public StreamTopic(JsonTypeInfo<T> type, TopicOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        options ??= new TopicOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(options.KeptItems, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBehindItems, 1);
        _type = type;
        Log = new TopicLog(options, time ?? TimeProvider.System);
    }

    /// <summary>How many clients read the topic now.</summary>
    public int ReaderCount => Log.ReaderCount;

    internal TopicLog Log { get; }

    /// <summary>Publishes an item to all clients. Waits for none of them.</summary>
    /// <param name="value">The item. It is written as JSON before this returns and not kept.</param>
    /// <param name="eventName">The event type for server-sent events, no CR or LF; null for <c>message</c>.</param>
    /// <returns>The id of the item.</returns>
    /// <exception cref="InvalidOperationException">The topic is complete.</exception>
    /// <exception cref="ArgumentException">The name has a line break, or a converter wrote one.</exception>
    public string Publish(T value, string? eventName = null)
    {
        if (eventName is not null && eventName.AsSpan().ContainsAny('\r', '\n'))
        {
            throw new ArgumentException("An event name cannot hold CR or LF.", nameof(eventName));
        }

        using var formatter = new ItemFormatter<T>(_type);
        var line = formatter.Format(new StreamItem<T>(value), Framing.Lines);
        return Log.Append(eventName, line.ToArray());
    }

    /// <summary>Ends the topic: clients get what is left and then a proper end, later ones what is kept.</summary>
    public void Complete() => Log.Complete();
}
