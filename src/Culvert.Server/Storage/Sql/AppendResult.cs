using Culvert.Server.Rooms;

namespace Culvert.Server.Storage.Sql;

/// <summary>What will be set on an <see cref="Append"/> once its transaction is committed.</summary>
internal readonly record struct AppendResult(AppendOutcome Outcome, long Offset, long Seq, long At, int Rev);
