namespace Culvert.Protocol.Rooms;

/// <summary>Body of <c>POST /v1/tickets</c>; may be absent. Immutable.</summary>
public sealed record TicketBody
{
    /// <summary>The only rooms the ticket opens; null for all the user may enter.</summary>
    public IReadOnlyList<string>? Rooms { get; init; }
}
