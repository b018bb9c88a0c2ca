using System.Diagnostics.CodeAnalysis;
using System.Text;
using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>
/// One durable change on its way into the log of one room: the request, and after the commit its outcome.
/// </summary>
/// <remarks>
/// Owned by one party at a time: the transport fills it, the commit loop hands it to the store, the store fills the
/// outcome inside the transaction, the room applies it, and <see cref="Complete"/> gives it back. Not thread-safe.
/// </remarks>
internal abstract class Append
{
    protected Append()
    {
    }

    /// <summary>The act of a caller; <paramref name="ownOnly"/> as <see cref="OwnOnly"/>.</summary>
    [SetsRequiredMembers]
    protected Append(Room room, Caller caller, Act act, bool ownOnly)
    {
        RoomId = room.Id;
        Kind = act.Kind;
        ActorId = caller.UserId;
        ActorName = caller.Utf8Name;
        Key = act.Key;
        Data = act.Data;
        Detail = act.Detail;
        TargetSeq = act.TargetSeq;
        SubjectId = act.SubjectId;
        IfOffset = act.IfOffset;
        Change = act.Change;
        Audit = act.Audit;
        Address = caller.Address;
        OwnOnly = ownOnly;
    }

    public required long RoomId { get; init; }

    /// <summary>
    /// The loaded room; set by <see cref="Room"/> when it accepts the change. Stores do not look at it.
    /// </summary>
    public Room? Room { get; set; }

    public required EventKind Kind { get; init; }

    /// <summary>The user who acts; 0 for the server itself.</summary>
    public required long ActorId { get; init; }

    /// <summary>UTF-8 name of the actor as events show it; empty for the server itself.</summary>
    public required ReadOnlyMemory<byte> ActorName { get; init; }

    /// <summary>
    /// Idempotency key of a message in the scope (room, actor), 1 to 128 printable ASCII characters; null when absent.
    /// </summary>
    public string? Key { get; init; }

    /// <summary>UTF-8 of <see cref="Key"/>; empty when absent.</summary>
    public ReadOnlyMemory<byte> Utf8Key => Key is null ? default : Encoding.UTF8.GetBytes(Key);

    /// <summary>
    /// Compact JSON (no line breaks) of a message or edit; empty for other kinds. Must stay unchanged.
    /// </summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>
    /// JSON members without braces that the event line of any other kind carries, e.g.
    /// <c>"user":"bob","why":"spam"</c>.
    /// </summary>
    public ReadOnlyMemory<byte> Detail { get; init; }

    /// <summary>The message an edit, erase or reaction is about; 0 for other kinds.</summary>
    public long TargetSeq { get; init; }

    /// <summary>The user a kick is about; 0 for other kinds. Stores do not look at it.</summary>
    public long SubjectId { get; init; }

    /// <summary>Edit and erase: refuse unless the actor wrote the message (moderators pass false).</summary>
    public bool OwnOnly { get; init; }

    /// <summary>Commit only if the log's last offset is this one (compare-and-append); null for no condition.</summary>
    public long? IfOffset { get; init; }

    /// <summary>What else changes in the same transaction; null for nothing.</summary>
    public RoomChange? Change { get; init; }

    /// <summary>
    /// Goes on the list for owners in the same transaction; null for acts that are nobody else's business. An erasure
    /// only does when the message is somebody else's, whose name is the target then.
    /// </summary>
    public AuditNote? Audit { get; init; }

    /// <summary>As <see cref="Caller.Address"/>.</summary>
    public string Address { get; init; } = "";

    public AppendOutcome Outcome { get; set; }

    /// <summary>Offset of the committed event, or of the original on <see cref="AppendOutcome.Duplicate"/>.</summary>
    public long Offset { get; set; }

    /// <summary>Number of the message the event is about (its own for a new one); 0 when about none.</summary>
    public long Seq { get; set; }

    /// <summary>Commit time, non-decreasing per room.</summary>
    public long At { get; set; }

    /// <summary>Revision of the text: 1 for a new message, counting up with each edit.</summary>
    public int Rev { get; set; }

    /// <summary>Called exactly once, after the outcome is known and, on success, the subscribers were told.</summary>
    public abstract void Complete();
}
