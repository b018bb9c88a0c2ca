namespace Culvert.Server.Pipes;

/// <summary>What an end is told when the other one has not been reading for too long.</summary>
public enum StallClose
{
    /// <summary>Close code 1013: it may help to come again.</summary>
    TryAgainLater,

    /// <summary>Close code 1008: not to read is against the rules of the route.</summary>
    PolicyViolation,
}
