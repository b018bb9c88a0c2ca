using Culvert.Server.Accounts;
using Culvert.Server.Diagnostics;
using Culvert.Server.Nodes;
using Culvert.Server.Pipes;
using Culvert.Server.Pipes.Gateways;
using Culvert.Server.Pipes.Relaying;
using Culvert.Server.Rooms;
using Culvert.Server.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Hosting;

/// <summary>The parts of rooms and pipes, as one visible list.</summary>
internal static class RoomServices
{
    public static void Add(IServiceCollection services)
    {
        services.AddSingleton<IUserDirectory, UserDirectory>();
        services.AddSingleton<CatchUp>();
        services.AddSingleton(static provider => new WriterLoops(
            LoopCount(provider.GetRequiredService<RoomOptions>()),
            provider.GetRequiredService<RoomOptions>(),
            provider.GetRequiredService<CatchUp>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<WriterLoop>>()));
        services.AddSingleton<CommitLoop>();
        services.AddSingleton<RoomDirectory>();
        services.AddSingleton<Ticker>();

        services.AddSingleton<ConnectionLimits>();
        services.AddSingleton<UpgradeGate>();
        services.AddRoomApi();
        services.AddSingleton<WebSocketTransport>();
        services.AddSingleton<StreamTransport>();
        services.AddSingleton<PipeTransport>();
        services.AddSingleton<RelayTable>();
        services.AddSingleton<GatewayMetrics>();
        services.AddSingleton<Gateway>();

        services.AddSingleton<RoomsNode>();
        services.AddSingleton<Seeding>();
        services.AddSingleton<IDrainStep, TellPeers>();
        services.AddSingleton<IDrainStep, EndRelays>();
        services.AddSingleton<IDrainStep, FinishCommits>();
    }

    /// <summary>
    /// What rooms have besides on one of several nodes. <see cref="IRoomBus"/>, <see cref="INodeStatus"/> and
    /// <see cref="INodeStore"/> must be there too.
    /// </summary>
    public static void AddNodes(IServiceCollection services)
    {
        services.AddSingleton<RoomPeers>();
        services.AddSingleton<PresenceExchange>();
        services.AddSingleton<INodeListener>(static provider => provider.GetRequiredService<RoomPeers>());
        services.AddSingleton<INodeListener>(static provider => provider.GetRequiredService<PresenceExchange>());
    }

    /// <summary>
    /// Half of the cores: a loop spends its time in the kernel sending, and the rest of the cores receive, parse and
    /// commit meanwhile. Fewer loops see larger batches.
    /// </summary>
    private static int LoopCount(RoomOptions options) =>
        options.WriterLoops > 0 ? options.WriterLoops : Math.Clamp(Environment.ProcessorCount / 2, 1, 8);
}
