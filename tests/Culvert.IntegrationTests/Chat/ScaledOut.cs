namespace Culvert.IntegrationTests.Chat;

/// <summary>
/// With <c>CULVERT_TEST_CLUSTER=1</c> the tests of the chat run on two nodes with PostgreSQL, Redis and nginx. These
/// are the PostgreSQL and the Redis of one collection.
/// </summary>
internal sealed class ScaledOut : IAsyncDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly RedisServer _redis;

    private ScaledOut(RedisServer redis)
    {
        _redis = redis;
    }

    /// <summary>Null when the tests run on one node, as they usually do.</summary>
    public static async Task<ScaledOut?> StartAsync() =>
        Environment.GetEnvironmentVariable("CULVERT_TEST_CLUSTER") == "1"
            ? new ScaledOut(await RedisServer.StartAsync())
            : null;

    /// <summary>The environment of a node of a new cluster, without its name.</summary>
    public async Task<Dictionary<string, string?>> NewClusterAsync() => new()
    {
        ["CULVERT_STORE"] = await _postgres.CreateDatabaseAsync(),
        ["CULVERT_BUS"] = $"127.0.0.1:{_redis.Port}",
    };

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _postgres.DisposeAsync();
    }
}
