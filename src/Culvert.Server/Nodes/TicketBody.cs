using Culvert.Server.Rooms;

namespace Culvert.Server.Nodes;

/// <summary>
/// What a ticket stands for, as JSON in the store: a caller, and how current the knowledge of it was.
/// </summary>
internal sealed record TicketBody
{
    public required long UserId { get; init; }

    public required string Name { get; init; }

    public required RoomRole Role { get; init; }

    public required Scopes Scopes { get; init; }

    public string[]? Rooms { get; init; }

    public required bool IsUnlimited { get; init; }

    public required long CredentialId { get; init; }

    public required long ExpiresAt { get; init; }

    /// <summary>How far the node that gave it out had read the control log.</summary>
    public required long ControlId { get; init; }
}
