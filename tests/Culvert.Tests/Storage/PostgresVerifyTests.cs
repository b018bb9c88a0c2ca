using Culvert.Server.Hosting;
using Culvert.Server.Storage.Sql;
using Culvert.Tests.Servers;
using Npgsql;

namespace Culvert.Tests.Storage;

/// <summary>The check of a PostgreSQL store, on faults that were planted.</summary>
public sealed class PostgresVerifyTests(PostgresServer server)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("delete from room_events where room_id = 1 and log_offset = 7", "lacks events 7 to 7")]
    [InlineData("delete from messages where room_id = 1 and seq = 9", "lacks messages 9 to 9")]
    [InlineData("update rooms set last_offset = last_offset + 1 where id = 1", "says that its last offset is")]
    [InlineData("update rooms set last_seq = 3 where id = 1", "says that its last message")]
    [InlineData("update room_events set at = 0 where room_id = 1 and log_offset = 8", "goes back in time at event 8")]
    [InlineData("delete from texts where id = (select text_id from messages where room_id = 1 and seq = 3)",
        "has message 3 without its text")]
    [InlineData("insert into texts values (99999, 0, null, '')", "texts without a message")]
    [InlineData("insert into room_events values (7, 1, 0, 1, 1, 1, 1, null)", "events of rooms that do not exist")]
    [InlineData("insert into reactions values (1, 99, 'x', 1, 1)", "reactions to messages that do not exist")]
    [InlineData("insert into memberships values (1, 99, 1, 0, 0, 0, 0, 0)", "memberships of users that do not exist")]
    [InlineData("insert into memberships values (1, 3, 1, 0, 99999, 0, 0, 0)", "read up to message 99999")]
    [InlineData("delete from users where id = 2", "messages of authors that do not exist")]
    [InlineData("insert into control values (5, 1, '')", "The control log has holes")]
    public async Task A_planted_fault_is_found(string fault, string problem)
    {
        var store = await FillAsync(20);
        Assert.Empty((await DataDirectory.VerifyStoreAsync(store, null, Cancel)).Problems);

        await ExecuteAsync(store, fault);

        var check = await DataDirectory.VerifyStoreAsync(store, null, Cancel);
        Assert.Contains(check.Problems, found => found.Contains(problem, StringComparison.Ordinal));
        Assert.Equal(1, check.Rooms);
    }

    [Fact]
    public async Task Rooms_of_more_than_a_page_are_read_to_their_end()
    {
        const int Messages = 10_500;
        var store = await FillAsync(Messages);

        var check = await DataDirectory.VerifyStoreAsync(store, null, Cancel);

        Assert.Empty(check.Problems);
        Assert.Equal((Messages, Messages), (check.Events, check.Messages));
    }

    [Fact]
    public async Task What_is_no_store_of_ours_is_said()
    {
        var empty = await server.CreateSchemaAsync();
        var error = await Assert.ThrowsAsync<IOException>(() => DataDirectory.VerifyStoreAsync(empty, null, Cancel));
        Assert.Contains("is not one of Culvert", error.Message, StringComparison.Ordinal);

        var store = await FillAsync(1);
        await ExecuteAsync(store, "update meta set value = '99' where key = 'schema'");
        error = await Assert.ThrowsAsync<IOException>(() => DataDirectory.VerifyStoreAsync(store, null, Cancel));
        Assert.Contains("has schema 99", error.Message, StringComparison.Ordinal);

        var nowhere = $"Host=127.0.0.1;Port={FreePort.Find()};Username=x;Database=x";
        error = await Assert.ThrowsAsync<IOException>(() => DataDirectory.VerifyStoreAsync(nowhere, null, Cancel));
        Assert.Contains("cannot be read", error.Message, StringComparison.Ordinal);
    }

    private static async Task ExecuteAsync(string store, string sql)
    {
        await using var source = NpgsqlDataSource.Create(store);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    /// <summary>A store with one room and messages of it.</summary>
    private async Task<string> FillAsync(int messages)
    {
        var store = await server.CreateSchemaAsync();
        await using var database = PostgresFixture.Open(store);
        await StoredUsers.AddAsync(database);
        var rooms = new SqlRoomStore(database);
        await StoredRooms.AddAsync(rooms, 1);
        foreach (var chunk in Enumerable.Range(1, messages).Chunk(500))
        {
            await rooms.AppendAsync(
                [.. chunk.Select(static number => TestAppend.Message(1, TestUsers.Alice, $"m{number}"))], 1, Cancel);
        }

        return store;
    }
}
