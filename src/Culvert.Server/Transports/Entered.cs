using Culvert.Server.Rooms;

namespace Culvert.Server.Transports;

/// <summary>A request that passed the gate.</summary>
/// <param name="Caller">Who asks.</param>
/// <param name="Room">The room.</param>
/// <param name="Capability">What the caller may do there.</param>
internal sealed record Entered(Caller Caller, Room Room, Capability Capability);
