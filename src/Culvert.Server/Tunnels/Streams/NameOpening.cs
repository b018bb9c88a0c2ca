using Culvert.Server.Pipes;
using Culvert.Server.Tunnels.Names;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>A stream to an agent that has reached its target, or why there is none. Immutable.</summary>
/// <param name="Leg">The stream, which is the caller's to dispose; null on refusal.</param>
/// <param name="Agent">The agent, to be let go after the stream; null on refusal.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record NameOpening(Leg? Leg, Registration? Agent, StreamRefusal? Refusal)
{
    public static NameOpening Refused(StreamRefusal refusal) => new(null, null, refusal);
}
