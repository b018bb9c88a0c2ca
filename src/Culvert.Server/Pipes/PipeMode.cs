namespace Culvert.Server.Pipes;

/// <summary>How much of what passes a route looks at.</summary>
public enum PipeMode
{
    /// <summary>Frame headers: limits hold, ends cross with their codes, payloads are not touched.</summary>
    Frames,

    /// <summary>
    /// Messages, opened: limits hold after inflating, texts are checked, and each side has its own compression.
    /// </summary>
    Messages,

    /// <summary>Nothing after the handshakes: no limits but time, and ends cross as ends of TCP.</summary>
    Transparent,
}
