using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// What somebody wants to happen in a room, checked for form but not yet for order. See <see cref="Acts"/>.
/// </summary>
internal sealed record Act(EventKind Kind)
{
    /// <summary>As <see cref="Append.Key"/>.</summary>
    public string? Key { get; init; }

    /// <summary>As <see cref="Append.Data"/>.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>As <see cref="Append.Detail"/>.</summary>
    public ReadOnlyMemory<byte> Detail { get; init; }

    /// <summary>As <see cref="Append.TargetSeq"/>.</summary>
    public long TargetSeq { get; init; }

    /// <summary>As <see cref="Append.SubjectId"/>.</summary>
    public long SubjectId { get; init; }

    /// <summary>As <see cref="Append.IfOffset"/>.</summary>
    public long? IfOffset { get; init; }

    /// <summary>As <see cref="Append.Change"/>.</summary>
    public RoomChange? Change { get; init; }

    /// <summary>As <see cref="Append.Audit"/>.</summary>
    public AuditNote? Audit { get; init; }
}
