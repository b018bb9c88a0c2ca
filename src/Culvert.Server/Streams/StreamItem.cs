namespace Culvert.Server.Streams;

/// <summary>An item with what server-sent events can say about it. NDJSON carries the value alone.</summary>
/// <param name="Value">The item; becomes one JSON text.</param>
/// <param name="Id">
/// The event id, which a browser sends back as <c>Last-Event-ID</c>; without CR, LF and NUL. Null for none.
/// </param>
/// <param name="Event">The event type, without CR and LF. Null for <c>message</c>.</param>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly record struct StreamItem<T>(T Value, string? Id = null, string? Event = null);
