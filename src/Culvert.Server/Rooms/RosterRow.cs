namespace Culvert.Server.Rooms;

/// <summary>One user on the roster of a room.</summary>
/// <param name="UserId">Positive.</param>
/// <param name="Name">As written at creation.</param>
/// <param name="Membership">The user's row.</param>
/// <param name="JoinedAt">UTC Unix milliseconds; 0 for one who never joined.</param>
internal sealed record RosterRow(long UserId, string Name, Membership Membership, long JoinedAt)
{
    /// <summary>The display name; null for none.</summary>
    public string? Title { get; init; }
}
