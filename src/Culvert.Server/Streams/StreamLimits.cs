namespace Culvert.Server.Streams;

/// <summary>How many streams of application code may be open at once. Checked before a source is asked.</summary>
public sealed record StreamLimits
{
    /// <summary>
    /// In the whole process; 1 or more. Default 10,000. Beyond it 503 <c>overloaded</c> with <c>Retry-After</c>.
    /// </summary>
    public int MaxStreams { get; init; } = 10_000;

    /// <summary>
    /// To one address (IPv6: its /64); 1 or more. Default 100. Beyond it 429 <c>too_many_connections</c> with
    /// <c>Retry-After</c>. Loopback does not count: behind a proxy on the same machine that names no clients it would
    /// be one limit for all of them.
    /// </summary>
    public int MaxStreamsPerAddress { get; init; } = 100;
}
