namespace Culvert.Protocol.Rooms;

/// <summary>One message of a <see cref="PublishBody"/>.</summary>
/// <param name="Data">Where its raw JSON stands in the body: checked, not yet compact.</param>
/// <param name="Key">Idempotency key, 1 to 128 printable ASCII characters; null when absent.</param>
/// <param name="IfOffset">Commit only if this is the last offset then; null for no condition.</param>
public readonly record struct PublishItem(Range Data, string? Key, long? IfOffset);
