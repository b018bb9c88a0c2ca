namespace Culvert.Protocol.Rooms;

/// <summary>Answer of <c>POST /v1/tickets</c>. Immutable.</summary>
public sealed record TicketReply
{
    /// <summary>Goes into <c>?ticket=</c>, once.</summary>
    public required string Ticket { get; init; }

    /// <summary>Milliseconds it is good for, at most 30,000.</summary>
    public required int ExpiresMs { get; init; }
}
