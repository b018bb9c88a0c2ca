using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage.Sql;
using Culvert.Protocol.Rooms;
using Culvert.Server.Accounts;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Chat.Search;

/// <summary>Room 1 of a database, and its index, one step at a time.</summary>
internal sealed class FollowedRoom : IAsyncDisposable
{
    private readonly SqlRoomStore _rooms;
    private readonly RoomReader _reader;

    private FollowedRoom(SqlDatabase database, IWordIndex words)
    {
        Database = database;
        _rooms = new SqlRoomStore(database);
        Index = new SqlIndexStore(database, words);
        _reader = new RoomReader(_rooms, Index, new UserDirectory(new SqlAccountStore(database)));
    }

    public SqlDatabase Database { get; }

    public SqlIndexStore Index { get; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The room of this database, which is made when it is not there.</summary>
    public static async Task<FollowedRoom> OpenAsync(SqlDatabase database, IWordIndex words)
    {
        var room = new FollowedRoom(database, words);
        if (await room._rooms.FindRoomAsync("room1", Cancel) is null)
        {
            await StoredUsers.AddAsync(database);
            await StoredRooms.AddAsync(room._rooms, 1);
        }

        return room;
    }

    public async Task SayAsync(params string[] texts) => await _rooms.AppendAsync(
        [.. texts.Select(static text => TestAppend.Message(1, TestUsers.Alice, text))], 1_790_000_000_000, Cancel);

    public async Task EditAsync(long seq, string text) => await _rooms.AppendAsync(
        [TestAppend.Edit(1, TestUsers.Alice, seq, text)], 1_790_000_000_000, Cancel);

    public async Task AppendAsync(EventKind kind, RoomChange? change, long seq = 0)
    {
        Append append = kind == EventKind.Erase
            ? TestAppend.Erase(1, TestUsers.Alice, seq)
            : TestAppend.Other(1, TestUsers.Owner, kind, change);
        await _rooms.AppendAsync([append], 1_790_000_000_000, Cancel);
        Assert.Equal(AppendOutcome.Committed, append.Outcome);
    }

    /// <summary>One step; the events that it took, or -1 for one that dropped something.</summary>
    public async Task<int> StepAsync(int limit)
    {
        var (step, drop, count) = await _reader.ReadAsync(1, limit, Cancel);
        if (step is not null)
        {
            await Index.ApplyAsync([step], Cancel);
        }

        if (drop is not null)
        {
            await Index.DropAsync(drop, limit, Cancel);
            return -1;
        }

        return count;
    }

    /// <summary>Steps until nothing is due.</summary>
    public async Task FollowAsync()
    {
        while ((await Index.ListDueAsync(1, Cancel)).Count > 0)
        {
            await StepAsync(1);
        }
    }

    /// <summary>Numbers of messages with the word.</summary>
    public async Task<long[]> FindAsync(string word)
    {
        Assert.Null(SearchQuery.TryParse(word, out var query));
        var rows = await Index.SearchAsync(query!.Expression(null), -1, long.MaxValue, 100, Cancel);
        return [.. rows.Select(static row => row.Seq)];
    }

    public async ValueTask DisposeAsync()
    {
        await _rooms.DisposeAsync();
        await Database.DisposeAsync();
    }
}
