using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Says goodbye to every stream and WebSocket, with a spread time to come back after.</summary>
internal sealed class TellPeers(WriterLoops loops) : IDrainStep
{
    private const int SpreadMilliseconds = 3000;

    public DrainStage Stage => DrainStage.TellPeers;

    public string Name => "peers";

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        loops.EndWhere(new Farewells(_ => true, StreamCloseCode.Restarting, SpreadMilliseconds));
        return Task.CompletedTask;
    }
}
