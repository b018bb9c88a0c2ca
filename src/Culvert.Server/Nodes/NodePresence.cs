using Culvert.Server.Rooms;

namespace Culvert.Server.Nodes;

/// <summary>Who is in which room on one node, all of it.</summary>
/// <param name="Version">The last change inside.</param>
/// <param name="Here">Every entry has <see cref="PresenceChange.IsHere"/>.</param>
internal sealed record NodePresence(long Version, IReadOnlyList<PresenceChange> Here);
