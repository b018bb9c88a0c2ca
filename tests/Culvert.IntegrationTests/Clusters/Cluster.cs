using System.Diagnostics;
using Culvert.IntegrationTests.Processes;
using Culvert.IntegrationTests.Servers;

namespace Culvert.IntegrationTests.Clusters;

/// <summary>Several nodes, one PostgreSQL, one Redis, and nginx in front with the file from deploy/.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly List<ClusterNode> _nodes = [];
    private NginxProcess? _nginx;

    private Cluster()
    {
    }

    /// <summary>Nodes say that they are alive often enough for readers to notice a dead one within a test.</summary>
    public static (string Name, string Value)[] Lively { get; } =
    [
        ("CULVERT__ROOMS__HEARTBEAT", "2s"),
        ("CULVERT__ROOMS__PINGINTERVAL", "2s"),
    ];

    public PostgresServer Postgres { get; } = new();

    public RedisServer? Redis { get; private set; }

    public IReadOnlyList<ClusterNode> Nodes => _nodes;

    /// <summary>Where clients go.</summary>
    public Uri Address => _nginx!.Address;

    /// <summary>The owner token, the same on every node.</summary>
    public string Token => _nodes[0].Server.Token;

    /// <param name="nodes">How many.</param>
    /// <param name="redis">False for a cluster on PostgreSQL alone.</param>
    /// <param name="settings">More settings, as the environment has them.</param>
    public static async Task<Cluster> StartAsync(
        int nodes, bool redis = true, params IReadOnlyList<(string Name, string Value)> settings)
    {
        var cluster = new Cluster();
        try
        {
            await cluster.StartAllAsync(nodes, redis, settings);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Requests by way of nginx as the owner.</summary>
    public Api NewApi() => new(Address, Token);

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
        {
            await node.DisposeAsync();
        }

        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (Redis is not null)
        {
            await Redis.DisposeAsync();
        }

        await Postgres.DisposeAsync();
        _directory.Dispose();
    }

    private async Task StartAllAsync(int nodes, bool redis, IReadOnlyList<(string Name, string Value)> settings)
    {
        var started = Stopwatch.GetTimestamp();
        Redis = redis ? await RedisServer.StartAsync() : null;
        var variables = settings.ToDictionary(s => s.Name, s => (string?)s.Value);
        variables["CULVERT_STORE"] = await Postgres.CreateDatabaseAsync();
        variables["CULVERT_BUS"] = Redis is null ? null : $"127.0.0.1:{Redis.Port}";
        for (var i = 0; i < nodes; i++)
        {
            var node = new ClusterNode($"n{i}", _directory.File("data"), variables);
            _nodes.Add(node);
            await node.StartAsync();
        }

        Bounded.Print($"{nodes} nodes were up after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
        _nginx = await NginxProcess.StartDeployedAsync("culvert-nodes.conf", [.. _nodes.Select(n => n.Address)]);
    }
}
