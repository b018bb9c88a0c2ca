namespace Culvert.Server.Transports;

/// <summary>Answer of <c>DELETE /v1/rooms/{room}</c>. Immutable.</summary>
/// <param name="RestorableUntil">UTC Unix milliseconds.</param>
internal sealed record DeleteRoomReply(long RestorableUntil);
