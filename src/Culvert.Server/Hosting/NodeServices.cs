using System.Globalization;
using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Fanout;
using Culvert.Server.Fanout.Postgres;
using Culvert.Server.Fanout.Redis;
using Culvert.Server.Nodes;
using Culvert.Server.Rooms;
using Culvert.Server.Storage.Postgres;
using Culvert.Server.Storage.Sql;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Culvert.Server.Hosting;

/// <summary>The parts of one of several nodes, as one visible list. A server on SQLite has none of them.</summary>
internal static class NodeServices
{
    // Two for a bus over PostgreSQL, and one for each thing that is done at the same time.
    private const int MaxConnections = 10;

    /// <summary>No answer within this is none: shorter than a lease.</summary>
    private const int CommandSeconds = 5;

    // What a lost entry of the control log would have ended is found out by then.
    private static readonly TimeSpan MaxCredentialRefresh = TimeSpan.FromMinutes(1);

    public static void Add(IServiceCollection services, ServerOptions options, Stores stores)
    {
        if (stores is { Database: PostgresDatabase database, Outbox: { } outbox })
        {
            Add(services, options, database, outbox);
        }
    }

    // Apart, because running into the names of Npgsql's types is enough to load it: 2.5 MB that SQLite does not need.
    private static void Add(
        IServiceCollection services, ServerOptions options, PostgresDatabase database, ControlOutbox outbox)
    {
        // Made by the container, which closes it.
        services.AddSingleton(_ => OpenSource(database));
        services.AddSingleton<INodeStore, PostgresNodeStore>();
        services.AddSingleton<IBusWire>(provider => NewWire(options, "culvert-" + database.Cluster, provider));
        services.AddSingleton<BusMetrics>();
        services.AddSingleton<IRoomBus, WireBus>();

        services.AddSingleton<NodeMetrics>();
        services.AddSingleton(static provider =>
            new NodeGate(provider.GetRequiredService<TimeProvider>(), NodeLease.Length));
        services.AddSingleton(provider =>
            ActivatorUtilities.CreateInstance<NodeLease>(provider, NameOf(options)));
        services.AddSingleton<LiveNodes>();
        services.AddSingleton(outbox);
        services.AddSingleton<ControlLog>();
        services.AddSingleton<ITickets, SharedTickets>();
        services.AddSingleton<ClusterNode>();
        services.AddSingleton<INodeStatus>(static provider => provider.GetRequiredService<ClusterNode>());
        services.AddSingleton<INodeListener>(static provider => provider.GetRequiredService<ClusterNode>());
        RoomServices.AddNodes(services);

        services.AddSingleton<IReadyCheck, LeaseReadyCheck>();
        services.AddSingleton<IReadyCheck, BusReadyCheck>();
        services.AddSingleton<IDrainStep, LeaveCluster>();
    }

    /// <summary>What is believed without asking is believed for a minute at most where others may change it.</summary>
    public static AccountOptions Limit(ServerOptions options)
    {
        var accounts = options.Accounts;
        return options.Store is null || accounts.CredentialRefresh <= MaxCredentialRefresh
            ? accounts
            : accounts with { CredentialRefresh = MaxCredentialRefresh };
    }

    /// <summary>Takes the lease, if there are to be several nodes; from then on the node may write.</summary>
    /// <exception cref="StoreOpenException">The store does not let it.</exception>
    public static async Task JoinAsync(
        IServiceProvider provider, Stores stores, CancellationToken cancellationToken)
    {
        if (provider.GetService<ClusterNode>() is not { } node)
        {
            return;
        }

        // Without a lease there is none that could be valid: 0 would mean that none is needed.
        stores.Incarnation = () => node.Incarnation is > 0 and var incarnation ? incarnation : -1;
        provider.GetRequiredService<NodeMetrics>().Watch(() => node.Live.Nodes.Count);
        try
        {
            await node.StartAsync(cancellationToken);
        }
        catch (StoreException exception)
        {
            throw new StoreOpenException($"the node could not join the others: {exception.Message}", exception);
        }
    }

    /// <summary>As the options say, or the machine and the first port: what two nodes never share.</summary>
    private static string NameOf(ServerOptions options)
    {
        if (options.Node is { } name)
        {
            return name;
        }

        // Port 0 is a different one each time; the process tells two such nodes apart.
        var port = new Uri(options.Listen[0].Replace("*", "localhost", StringComparison.Ordinal)).Port;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}-{(port > 0 ? port : Environment.ProcessId)}");
    }

    private static NpgsqlDataSource OpenSource(PostgresDatabase database) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            Pooling = true,
            MinPoolSize = 0,
            MaxPoolSize = MaxConnections,
            CommandTimeout = CommandSeconds,
        });

    private static IBusWire NewWire(ServerOptions options, string channel, IServiceProvider provider)
    {
        var time = provider.GetRequiredService<TimeProvider>();

        // The settings let nothing else through.
        return options.Bus is { } bus && RedisAddress.TryParse(bus, out var address) && address is not null
            ? new RedisWire(address, channel, time)
            : new PostgresWire(provider.GetRequiredService<NpgsqlDataSource>(), channel, time);
    }
}
