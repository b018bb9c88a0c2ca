namespace Culvert.Client;

/// <summary>One line of NDJSON, or the data of one event of <c>text/event-stream</c>.</summary>
/// <param name="Bytes">UTF-8 without the line end. The library never touches it again: keep it if you like.</param>
/// <param name="Id">The last event id, which resumes the stream; null where there is none.</param>
/// <param name="Event">The event's name; null for a line, and for an event without one.</param>
public sealed record StreamLine(ReadOnlyMemory<byte> Bytes, string? Id, string? Event);
