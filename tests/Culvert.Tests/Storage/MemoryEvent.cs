using Culvert.Protocol.Rooms;

namespace Culvert.Tests.Storage;

/// <summary>One row of a <see cref="MemoryRoom"/>'s log.</summary>
internal sealed record MemoryEvent(
    long Offset, EventKind Kind, long Seq, long ActorId, long At, int Rev, ReadOnlyMemory<byte> Detail);
