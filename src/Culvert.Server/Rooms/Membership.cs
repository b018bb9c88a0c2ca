namespace Culvert.Server.Rooms;

/// <summary>What one room knows of one user. Absent rows read as <see cref="None"/>.</summary>
/// <remarks>Immutable. Times are UTC Unix milliseconds; <see cref="long.MaxValue"/> means without end.</remarks>
internal sealed record Membership
{
    public static readonly Membership None = new();

    /// <summary>True between join and leave; for a private room the right to enter.</summary>
    public bool Joined { get; init; }

    public RoomRole Role { get; init; }

    /// <summary>The highest message number the user has read; grows, unless the user moves it back.</summary>
    public long ReadSeq { get; init; }

    /// <summary>May not publish before this time; 0 when not muted.</summary>
    public long MutedUntil { get; init; }

    /// <summary>May not enter before this time; 0 when not banned.</summary>
    public long BannedUntil { get; init; }
}
