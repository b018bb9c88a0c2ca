namespace Culvert.Server.Storage.Sql;

/// <summary>What a check of a database found.</summary>
/// <param name="Rooms">Rooms checked.</param>
/// <param name="Events">Events checked.</param>
/// <param name="Messages">Messages checked.</param>
/// <param name="Problems">One sentence for each problem; empty when all is well. At most 1,000 are listed.</param>
internal sealed record VerifyReport(long Rooms, long Events, long Messages, IReadOnlyList<string> Problems);
