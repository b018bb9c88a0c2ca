namespace Culvert.Server.Diagnostics;

/// <summary>Something that has to be done before the process may exit. Registered as a service, run once.</summary>
internal interface IDrainStep
{
    /// <summary>When; steps of one stage run side by side.</summary>
    DrainStage Stage { get; }

    /// <summary>One or two words for the log.</summary>
    string Name { get; }

    /// <summary>Does it. When the token fires the time is up, and the process goes on stopping without it.</summary>
    Task DrainAsync(CancellationToken cancellationToken);
}
