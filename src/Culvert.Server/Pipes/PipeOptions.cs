namespace Culvert.Server.Pipes;

/// <summary>What paths are joined to other ends.</summary>
public sealed record PipeOptions
{
    /// <summary>
    /// Path to target, such as <c>/echo</c> to <c>echo:</c>, which sends every message back. Paths begin with a slash.
    /// Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Targets { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Largest message, bytes, also after inflating. 1 to 1,073,741,824. Default 16 MiB, as conformance suites send.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;
}
