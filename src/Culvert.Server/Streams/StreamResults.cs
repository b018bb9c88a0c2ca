using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;

namespace Culvert.Server.Streams;

/// <summary>Answers a request with a stream of items: server-sent events or NDJSON, as the client asks.</summary>
/// <remarks>
/// <para>
/// Needs <see cref="StreamRoutes.AddCulvertStreams"/>. With <see cref="StreamRoutes.MapStream"/> the other methods are
/// answered too. <c>Accept</c> decides the form, and <c>?format=sse|ndjson|jsonl|json</c> decides over it; 406 when
/// there is none. <c>HEAD</c> gets the headers, and the source is not asked.
/// </para>
/// <para>
/// Headers leave before the first item. An item is one write. The token of the enumeration fires the moment the client
/// leaves, the server stops or the client reads nothing for <see cref="StreamOptions.WriteTimeout"/>. When the source
/// ends, the body ends properly; when it throws, the body is cut off without its last chunk, unless it throws
/// <see cref="StreamErrorException"/>. An item that cannot be written as JSON is skipped, logged and counted.
/// </para>
/// </remarks>
public static class StreamResults
{
    private static readonly StreamOptions Standard = new();

    /// <summary>Streams items.</summary>
    /// <param name="items">Enumerated once for each request that this result answers.</param>
    /// <param name="type">How to write an item; always compact, whatever its options say.</param>
    /// <param name="options">Null for the defaults.</param>
    public static IResult Of<T>(IAsyncEnumerable<T> items, JsonTypeInfo<T> type, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(type);
        var source = new ItemFrames<T, T>(items, static item => new StreamItem<T>(item), type);
        return new StreamResult(source, options ?? Standard);
    }

    /// <summary>Streams items with ids and event types of their own.</summary>
    /// <inheritdoc cref="Of{T}(IAsyncEnumerable{T}, JsonTypeInfo{T}, StreamOptions)"/>
    public static IResult Of<T>(
        IAsyncEnumerable<StreamItem<T>> items, JsonTypeInfo<T> type, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentNullException.ThrowIfNull(type);
        return new StreamResult(
            new ItemFrames<StreamItem<T>, T>(items, static item => item, type), options ?? Standard);
    }

    /// <summary>
    /// Streams what is published to a topic: from now on, or after the id in <c>Last-Event-ID</c>, <c>?after=</c> or
    /// <c>?lastEventId=</c>; <c>earliest</c> is all that is kept.
    /// </summary>
    /// <param name="topic">The topic.</param>
    /// <param name="options">Null for the defaults.</param>
    public static IResult Of<T>(StreamTopic<T> topic, StreamOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new StreamResult(topic.Log, options ?? Standard);
    }
}
