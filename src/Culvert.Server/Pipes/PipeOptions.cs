namespace Culvert.Server.Pipes;

/// <summary>What paths are joined to other ends.</summary>
public sealed record PipeOptions
{
    /// <summary>
    /// Path to route, such as <c>/echo</c> to <c>echo:</c>, which sends every message back. Paths begin with a slash.
    /// Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, PipeRouteOptions> Pipes { get; init; } =
        new Dictionary<string, PipeRouteOptions>();

    /// <summary>
    /// Largest message, bytes, also after inflating. 1 to 1,073,741,824. Default 16 MiB, as conformance suites send.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;
}
