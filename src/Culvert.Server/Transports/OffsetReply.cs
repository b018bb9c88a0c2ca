namespace Culvert.Server.Transports;

/// <summary>Answer of a change of a room that has no number of its own. Immutable.</summary>
/// <param name="Offset">Offset of the event.</param>
internal sealed record OffsetReply(long Offset);
