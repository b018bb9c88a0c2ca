namespace Culvert.Protocol.EventStreams;

/// <summary>One dispatched event of an event stream. Immutable.</summary>
/// <param name="Name">The event type; <c>message</c> when the stream named none.</param>
/// <param name="Data">UTF-8, lines joined by LF; owned by the event.</param>
/// <param name="LastEventId">The last event id at the time of dispatch; empty when none was seen.</param>
public sealed record ServerSentEvent(string Name, ReadOnlyMemory<byte> Data, string LastEventId);
