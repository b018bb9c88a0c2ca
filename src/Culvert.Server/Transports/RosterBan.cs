namespace Culvert.Server.Transports;

/// <summary>A banned user as <c>GET /v1/rooms/{room}/roster</c> shows one to moderators. Immutable.</summary>
/// <param name="Name">The user's name.</param>
/// <param name="BannedUntil">UTC Unix milliseconds, 2^53 - 1 for without end.</param>
internal sealed record RosterBan(string Name, long BannedUntil);
