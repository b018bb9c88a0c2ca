using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Server.Storage.Sql;

namespace Culvert.Chat.Storage.Sql;

/// <summary>Words, mentions and the messages of files, in a database, which its opener closes.</summary>
internal sealed class SqlIndexStore(SqlDatabase database, IWordIndex index) : IIndexStore
{
    private readonly IndexRows _rows = new(index);

    public async ValueTask<IReadOnlyList<long>> ListDueAsync(int limit, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => ListDue(session, limit), cancellationToken);

    public async ValueTask<RoomPosition?> FindPositionAsync(long roomId, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(session => FindPosition(session, roomId), cancellationToken);

    public async ValueTask<int> ApplyAsync(IReadOnlyList<RoomStep> steps, CancellationToken cancellationToken) =>
        await database.WriteAsync(
            session =>
            {
                var dropped = 0;
                foreach (var step in steps)
                {
                    if (IsBehind(step, FindPosition(session, step.RoomId)))
                    {
                        // Another node has followed the room farther meanwhile, and knows later words on its messages.
                        continue;
                    }

                    dropped += _rows.Set(session, step.RoomId, step.Messages);
                    SavePosition(session, step.RoomId, step.Then);
                }

                return dropped;
            },
            null,
            cancellationToken);

    public async ValueTask<bool> DropAsync(RoomDrop drop, int limit, CancellationToken cancellationToken) =>
        await database.WriteAsync(session => Drop(session, drop, limit), null, cancellationToken);

    public async ValueTask<IReadOnlyList<SearchRow>> SearchAsync(
        SearchExpression expression, long afterId, long beforeId, int limit, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync(
            session => index.Search(session, expression, afterId, beforeId, limit, cancellationToken),
            cancellationToken);

    public async ValueTask<IReadOnlyDictionary<string, int>> CountMentionsAsync(
        long userId, CancellationToken cancellationToken) =>
        await database.ReadSessionAsync<IReadOnlyDictionary<string, int>>(
            session =>
            {
                const string Sql = """
                    select r.name, count(*) from mentions m
                    join rooms r on r.id = m.room_id
                    left join memberships s on s.room_id = m.room_id and s.user_id = m.user_id
                    where m.user_id = ?1 and m.seq > coalesce(s.read_seq, 0)
                    group by r.id, r.name
                    """;

                var counts = new Dictionary<string, int>(StringComparer.Ordinal);
                for (var row = session.Prepare(Sql).Bind(1, userId); row.Step();)
                {
                    counts[row.Text(0)] = (int)row.Int64(1);
                }

                return counts;
            },
            cancellationToken);

    private static List<long> ListDue(SqlSession session, int limit)
    {
        const string Sql = """
            select r.id from rooms r left join followed_rooms f on f.room_id = r.id
            where f.room_id is null or f.epoch <> r.epoch or f.next_offset <= r.last_offset
                or f.floor_seq <> r.floor_seq
            union
            select f.room_id from followed_rooms f where not exists (select 1 from rooms r where r.id = f.room_id)
            union
            select x.room_id from files x
            where x.seq >= 0 and not exists (select 1 from rooms r where r.id = x.room_id)
            limit ?1
            """;

        var rooms = new List<long>();
        for (var row = session.Prepare(Sql).Bind(1, limit); row.Step();)
        {
            rooms.Add(row.Int64(0));
        }

        return rooms;
    }

    private static RoomPosition? FindPosition(SqlSession session, long roomId)
    {
        const string Sql = "select epoch, next_offset, floor_seq from followed_rooms where room_id = ?1";

        var row = session.Prepare(Sql).Bind(1, roomId);
        return row.Step() ? new RoomPosition(row.Text(0), row.Int64(1), row.Int64(2)) : null;
    }

    private static bool IsBehind(RoomStep step, RoomPosition? stored) =>
        stored is not null && stored.Epoch == step.Then.Epoch && stored.NextOffset > step.Then.NextOffset;

    private static void SavePosition(SqlSession session, long roomId, RoomPosition position)
    {
        const string Sql = """
            insert into followed_rooms (room_id, epoch, next_offset, floor_seq) values (?1, ?2, ?3, ?4)
            on conflict (room_id) do update set epoch = ?2, next_offset = ?3, floor_seq = ?4
            """;

        session.Prepare(Sql)
            .Bind(1, roomId).Bind(2, position.Epoch).Bind(3, position.NextOffset).Bind(4, position.FloorSeq).Run();
    }

    private bool Drop(SqlSession session, RoomDrop drop, int limit)
    {
        const string Forget = "delete from followed_rooms where room_id = ?1";

        var isDone = _rows.DeleteBelow(session, drop.RoomId, drop.BelowSeq, limit) < limit;
        if (drop.WithFiles)
        {
            // Of a room that is gone also those that were never sent.
            var least = drop.Then is null ? 0 : 1;
            isDone &= IndexRows.DropFilesBelow(session, drop.RoomId, least, drop.BelowSeq, limit) < limit;
        }

        if (isDone && drop.Then is { } position)
        {
            SavePosition(session, drop.RoomId, position);
        }
        else if (isDone)
        {
            session.Prepare(Forget).Bind(1, drop.RoomId).Run();
        }

        return isDone;
    }
}
