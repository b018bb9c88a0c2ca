namespace Culvert.Server.Pipes.Relaying;

/// <summary>What a step of <see cref="FrameForwarder"/> found at the start of its input.</summary>
internal enum ForwardStep
{
    /// <summary>The header or control frame at the start is not whole yet.</summary>
    NeedsMore,

    /// <summary>So many bytes go on as they are.</summary>
    Pass,

    /// <summary>The header of a data frame, for an owner that opens frames; its payload is passed next.</summary>
    Header,

    /// <summary>
    /// A whole Close or Pong, or Ping for an owner that opens frames; its payload is unmasked, and the owner decides.
    /// </summary>
    Control,

    /// <summary>The peer broke a rule.</summary>
    Violation,
}
