using System.Text.Json;
using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>An entry as <c>GET /v1/audit</c> shows it. Immutable.</summary>
internal sealed record AuditItem
{
    /// <summary>Ascending in order of time; what <c>?before=</c> takes.</summary>
    public required long Id { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long At { get; init; }

    /// <summary>Who did it.</summary>
    public required string By { get; init; }

    /// <summary>What was done.</summary>
    public required string Act { get; init; }

    /// <summary>The room; null for none.</summary>
    public string? Room { get; init; }

    /// <summary>The user it was done to; null for nobody.</summary>
    public string? Target { get; init; }

    /// <summary>The reason; null for none.</summary>
    public string? Why { get; init; }

    /// <summary>All that the event of the act says; null for nothing.</summary>
    public JsonElement? Detail { get; init; }

    /// <summary>Where it came from.</summary>
    public required string Address { get; init; }

    public static AuditItem Of(AuditEntry entry)
    {
        using var detail = entry.Detail is { } json ? JsonDocument.Parse(json) : null;
        return new AuditItem
        {
            Id = entry.Id,
            At = entry.At,
            By = entry.By,
            Act = entry.Act,
            Room = entry.Room,
            Target = entry.Target,
            Why = entry.Why,
            Detail = detail?.RootElement.Clone(),
            Address = entry.Address,
        };
    }
}
