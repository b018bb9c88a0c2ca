namespace Culvert.Client;

/// <summary>How a <see cref="CulvertClient"/> behaves. Immutable, so it may be shared; every default is safe.</summary>
public sealed record CulvertClientOptions
{
    /// <summary>Bearer token sent with every request; null, the default, for none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// How long one attempt may take up to the headers of its answer, connecting included. Default 20 s: longer than a
    /// busy disk or a lost SYN takes, and short enough that a person still waits.
    /// </summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a request that is safe to repeat is tried again after a failure that may pass. Default 60 s: a restart
    /// of the server goes unnoticed. <see cref="TimeSpan.Zero"/> tries once, and <see cref="TimeSpan.MaxValue"/> for
    /// as long as it takes.
    /// </summary>
    /// <remarks>
    /// Until the server has answered once, a failure to connect is thrown at once: it is most likely a wrong address.
    /// </remarks>
    public TimeSpan RetryFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Asked before a request is sent again; false throws the error instead. Null, the default, always goes on. Called
    /// from any thread, and must not block.
    /// </summary>
    public Func<RetryNotice, bool>? OnRetry { get; init; }

    /// <summary>The clock of every time-out and delay. Default the system's; for tests.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Numbers from 0 up to 1 for the jitter of delays; the tests fix them.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
