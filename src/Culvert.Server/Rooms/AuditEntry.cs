namespace Culvert.Server.Rooms;

/// <summary>One line of the list of what moderators and owners did. Immutable.</summary>
/// <remarks>Names, not ids: it says the same after its room or its user is gone.</remarks>
internal sealed record AuditEntry
{
    /// <summary>Given by the store, ascending; 0 before.</summary>
    public long Id { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>Name of the user who did it.</summary>
    public required string By { get; init; }

    /// <summary>A word for what was done, e.g. <c>ban</c> or <c>role</c>.</summary>
    public required string Act { get; init; }

    /// <summary>Name of the room; null for what belongs to none.</summary>
    public string? Room { get; init; }

    /// <summary>Name of the user it was done to; null for nobody.</summary>
    public string? Target { get; init; }

    /// <summary>The reason that was given; null for none.</summary>
    public string? Why { get; init; }

    /// <summary>A JSON object with all that the act's event says, e.g. the end of a ban; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Where it came from: an address of a client; empty when not known.</summary>
    public string Address { get; init; } = "";
}
