namespace Culvert.Server.Storage.Sql;

/// <summary>What the first start from a restored backup does.</summary>
internal static class RestoredRooms
{
    /// <summary>In <c>meta</c>: set in a copy, so that the first start from it changes all epochs.</summary>
    public const string RestoredKey = "restored_from_backup";

    /// <summary>
    /// A database restored from a backup may lack offsets that clients have seen, and would give them out again:
    /// under new epochs no old cursor matches. Returns the number of rooms.
    /// </summary>
    public static int RenewEpochs(SqlSession session, Func<string> newEpoch)
    {
        const string IsRestored = "select 1 from meta where key = ?1";
        const string ListRooms = "select id from rooms order by id";
        const string Update = "update rooms set epoch = ?2 where id = ?1";
        const string Forget = "delete from meta where key = ?1";

        if (!session.Prepare(IsRestored).Bind(1, RestoredKey).Step())
        {
            return 0;
        }

        var rooms = new List<long>();
        for (var statement = session.Prepare(ListRooms); statement.Step();)
        {
            rooms.Add(statement.Int64(0));
        }

        foreach (var room in rooms)
        {
            session.Prepare(Update).Bind(1, room).Bind(2, newEpoch()).Run();
        }

        session.Prepare(Forget).Bind(1, RestoredKey).Run();
        return rooms.Count;
    }
}
