using System.Text.Json.Serialization;

namespace Culvert.Protocol.Rooms;

/// <summary>Problem details of a refusal (RFC 9457). Immutable.</summary>
public sealed record Problem
{
    /// <summary><c>about:blank</c>: the code says more than a link would.</summary>
    public string Type { get; init; } = "about:blank";

    /// <summary>The catalogue's sentence.</summary>
    public required string Title { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>What exactly was wrong here.</summary>
    public string? Detail { get; init; }

    /// <summary>Names the sentence in <see cref="Detail"/>, for those who say it in another language.</summary>
    public string? Reason { get; init; }

    /// <summary>What stands in that sentence, by name.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    /// <summary>The code of the catalogue.</summary>
    public required string Code { get; init; }

    /// <summary>True when the same request may succeed later.</summary>
    public bool Retry { get; init; }

    /// <summary>Milliseconds to wait before that.</summary>
    [JsonPropertyName("after_ms")]
    public int? AfterMs { get; init; }
}
