using Culvert.Chat.Uploads;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sql;

/// <summary>What is known of files, in a database. The database stays its opener's to close.</summary>
internal sealed class SqlFileStore(SqlDatabase database) : IFileStore
{
    public async ValueTask AddAsync(FileRecord file, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => Insert(session, file), null, cancellationToken);

    public async ValueTask<FileRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => Find(session, id), cancellationToken);

    public async ValueTask<FileUsage> ReadUsageAsync(long since, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => ReadUsage(session, since), cancellationToken);

    public async ValueTask DropUnsentAsync(long before, CancellationToken cancellationToken)
    {
        const string Sql = "update files set seq = -1 where seq = 0 and created_at < ?1";

        await database.WriteAsync(session => session.Prepare(Sql).Bind(1, before).Run(), null, cancellationToken);
    }

    public async ValueTask<IReadOnlyList<(string Id, long Size)>> ListDroppedAsync(
        int limit, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => ListDropped(session, limit), cancellationToken);

    public async ValueTask ForgetAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        const string Sql = "delete from files where id = ?1 and seq = -1";

        await database.WriteAsync(
            session => ids.Sum(id => session.Prepare(Sql).Bind(1, id).Run()), null, cancellationToken);
    }

    private static int Insert(SqlSession session, FileRecord file)
    {
        const string Sql = """
            insert into files (id, room_id, seq, user_id, name, type, size, width, height, created_at)
            values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """;

        return session.Prepare(Sql)
            .Bind(1, file.Id)
            .Bind(2, file.RoomId)
            .Bind(3, file.Seq)
            .Bind(4, file.UserId)
            .Bind(5, file.Name)
            .Bind(6, file.Type)
            .Bind(7, file.Size)
            .Bind(8, file.Width)
            .Bind(9, file.Height)
            .Bind(10, file.CreatedAt)
            .Run();
    }

    private static FileRecord? Find(SqlSession session, string id)
    {
        const string Sql = """
            select room_id, seq, user_id, name, type, size, width, height, created_at from files
            where id = ?1 and seq >= 0
            """;

        var row = session.Prepare(Sql).Bind(1, id);
        return !row.Step()
            ? null
            : new FileRecord
            {
                Id = id,
                RoomId = row.Int64(0),
                Seq = row.Int64(1),
                UserId = row.Int64(2),
                Name = row.Text(3),
                Type = row.Text(4),
                Size = row.Int64(5),
                Width = (int)row.Int64(6),
                Height = (int)row.Int64(7),
                CreatedAt = row.Int64(8),
            };
    }

    private static FileUsage ReadUsage(SqlSession session, long since)
    {
        const string Sql = """
            select user_id, sum(size), sum(case when created_at >= ?1 then size else 0 end) from files group by user_id
            """;

        var (total, byUser) = (0L, new Dictionary<long, long>());
        for (var row = session.Prepare(Sql).Bind(1, since); row.Step();)
        {
            total += row.Int64(1);
            if (row.Int64(2) > 0)
            {
                byUser[row.Int64(0)] = row.Int64(2);
            }
        }

        return new FileUsage(total, byUser);
    }

    private static List<(string Id, long Size)> ListDropped(SqlSession session, int limit)
    {
        const string Sql = "select id, size from files where seq = -1 and seq <= 0 order by created_at limit ?1";

        var found = new List<(string Id, long Size)>();
        for (var row = session.Prepare(Sql).Bind(1, limit); row.Step();)
        {
            found.Add((row.Text(0), row.Int64(1)));
        }

        return found;
    }
}
