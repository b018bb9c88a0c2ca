using Culvert.Chat.Storage.Sqlite;
using Culvert.Protocol.Rooms;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Chat.Search;

public sealed class SqliteFollowingTests : FollowingConformance, IDisposable
{
    private readonly TestDirectory _directory = new();

    [Fact]
    public async Task The_index_holds_no_text()
    {
        await using (var room = await OpenAsync())
        {
            await room.SayAsync("an unmistakable-word");
            await room.FollowAsync();
            await room.AppendAsync(EventKind.Erase, null, 1);
            await room.FollowAsync();
        }

        Assert.Empty(SqliteFixture.FilesWith(_directory.Path, "unmistak"));
    }

    public void Dispose() => _directory.Dispose();

    internal override Task<FollowedRoom> OpenAsync() =>
        FollowedRoom.OpenAsync(SqliteFixture.Open(_directory.Path), new SqliteWordIndex());
}
