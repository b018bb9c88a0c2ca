using System.Text.Json.Serialization;

namespace Culvert.Server.Transports.Commands;

/// <summary>Answer of <c>POST /v1/rooms/{room}/commands</c>. Immutable.</summary>
internal sealed record CommandNotice
{
    /// <summary>For the sender alone; null when the room shows what was done.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Notice { get; init; }

    /// <summary>Names the notice, for those who say it in another language.</summary>
    public string? Reason { get; init; }

    /// <summary>What stands in the notice, by name.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }
}
