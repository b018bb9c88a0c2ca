using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;

namespace Culvert.Server.Rooms;

/// <summary>Maps how an append ended to the words of the catalogue.</summary>
internal static class Outcomes
{
    /// <summary>Null when the change is in the log, now or from an earlier try.</summary>
    public static Refusal? RefusalOf(Append append) => append.Outcome switch
    {
        AppendOutcome.Committed or AppendOutcome.Duplicate or AppendOutcome.Unchanged => null,
        AppendOutcome.Conflict => new Refusal(ErrorCode.KeyConflict),
        AppendOutcome.OffsetMismatch => new Refusal(ErrorCode.OffsetMismatch),
        AppendOutcome.NoSuchMessage => new Refusal(ErrorCode.NoMessage),
        AppendOutcome.NotAuthor => new Refusal(ErrorCode.Forbidden, Reason.AuthorsOnly.With()),
        AppendOutcome.LastOwner => new Refusal(ErrorCode.Forbidden, Reason.LastOwner.With()),
        AppendOutcome.NoSuchRoom => new Refusal(ErrorCode.NotFound),
        AppendOutcome.StorageFull => new Refusal(ErrorCode.StorageFull, null, 5000),
        _ => new Refusal(ErrorCode.StorageFailed, null, 1000),
    };
}
