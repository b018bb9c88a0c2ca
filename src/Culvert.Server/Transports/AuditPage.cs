namespace Culvert.Server.Transports;

/// <summary>Answer of <c>GET /v1/audit</c>. Immutable.</summary>
internal sealed record AuditPage
{
    /// <summary>Newest first.</summary>
    public required IReadOnlyList<AuditItem> Entries { get; init; }

    /// <summary>There are older ones.</summary>
    public required bool More { get; init; }
}
