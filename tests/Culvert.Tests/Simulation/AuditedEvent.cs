using Culvert.Protocol.Rooms;

namespace Culvert.Tests.Simulation;

/// <summary>One committed event.</summary>
internal sealed record AuditedEvent(EventKind Kind, long Seq, long At, long ActorId, string? Key, string Data);
