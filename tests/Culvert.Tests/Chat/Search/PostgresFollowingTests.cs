using Culvert.Chat.Storage.Postgres;
using Culvert.Tests.Servers;
using Culvert.Tests.Storage;

namespace Culvert.Tests.Chat.Search;

public sealed class PostgresFollowingTests(PostgresServer server) : FollowingConformance
{
    private string? _store;

    internal override async Task<FollowedRoom> OpenAsync()
    {
        _store ??= await server.CreateSchemaAsync();
        return await FollowedRoom.OpenAsync(PostgresFixture.Open(_store), new PostgresWordIndex());
    }
}
