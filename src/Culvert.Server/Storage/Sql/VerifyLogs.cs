using System.Globalization;

namespace Culvert.Server.Storage.Sql;

/// <summary>Checks that the logs of a database keep their promises, in one snapshot.</summary>
internal static class VerifyLogs
{
    private const int MaxProblems = 1000;

    /// <summary>Reads all rooms, then looks for rows that belong to nothing.</summary>
    /// <param name="session">In a transaction.</param>
    /// <param name="progress">Of rows, told on the calling thread; null when nobody watches.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static VerifyReport Check(
        SqlSession session, Action<StoreProgress>? progress, CancellationToken cancellationToken)
    {
        var problems = new List<string>();
        var rooms = VerifyRoom.List(session);
        var total = rooms.Sum(static room => room.LastOffset - room.FloorOffset + 1 + room.LastSeq - room.FloorSeq + 1);
        var counts = new VerifyCounts(total, progress, cancellationToken);
        foreach (var room in rooms)
        {
            new VerifyRoom(session, room, counts, problems).Check();
        }

        VerifyOrphans.Check(session, problems);
        if (problems.Count > MaxProblems)
        {
            var more = problems.Count - MaxProblems;
            problems.RemoveRange(MaxProblems, more);
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"There are {more} more problems."));
        }

        return new VerifyReport(rooms.Count, counts.Events, counts.Messages, problems);
    }
}
