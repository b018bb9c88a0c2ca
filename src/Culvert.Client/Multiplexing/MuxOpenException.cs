using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <summary>A stream could not be opened, because of the session's state: the peer was not asked.</summary>
internal sealed class MuxOpenException(MuxOpening why) : IOException($"The session opens no stream: {why}.")
{
    /// <summary>Why.</summary>
    public MuxOpening Why { get; } = why;
}
