using Culvert.Server.Tunnels.Agents;

namespace Culvert.Server.Tunnels.Names;

/// <summary>What became of a registration, which is of all its names or of none. Immutable.</summary>
internal sealed record RegisterOutcome
{
    /// <summary>A name that somebody else holds; null for none.</summary>
    public string? Taken { get; init; }

    /// <summary>True when the agent would have more names than it may.</summary>
    public bool IsTooMany { get; init; }

    /// <summary>True when the agent has gone meanwhile.</summary>
    public bool IsGone { get; init; }

    /// <summary>Agents whose place was taken; they have no names any more and are to be ended.</summary>
    public IReadOnlyCollection<AgentSession> Replaced { get; init; } = [];

    public bool IsDone => Taken is null && !IsTooMany && !IsGone;
}
