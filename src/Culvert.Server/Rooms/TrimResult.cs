namespace Culvert.Server.Rooms;

/// <summary>What one step of trimming did.</summary>
/// <param name="Ends">The ends of the log after it.</param>
/// <param name="More">True while rows below the floor remain.</param>
internal readonly record struct TrimResult(LogEnds Ends, bool More);
