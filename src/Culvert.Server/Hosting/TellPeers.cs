using Culvert.Protocol.Rooms;
using Culvert.Server.Diagnostics;
using Culvert.Server.Rooms;

namespace Culvert.Server.Hosting;

/// <summary>Says goodbye to every stream and WebSocket, with a spread time to come back after.</summary>
internal sealed class TellPeers(WriterLoops loops) : IDrainStep
{
    /// <summary>A start takes about as long, so nobody should come back before.</summary>
    private const int ShortestMilliseconds = 1500;

    /// <summary>A few come back one by one, so that a restart of a small server is hardly seen.</summary>
    private const int FewMilliseconds = 3000;

    /// <summary>As many as there are, they come at 170 a second; over 5 s, and faster, where there are more.</summary>
    private const int EachMilliseconds = 6;
    private const int LongestMilliseconds = ShortestMilliseconds + 5100;

    public DrainStage Stage => DrainStage.TellPeers;

    public string Name => "peers";

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        loops.EndWhere(Spread(loops.ConnectionCount));
        return Task.CompletedTask;
    }

    /// <summary>The farewells of so many connections.</summary>
    public static Farewells Spread(int connections)
    {
        var longest = Math.Clamp(
            ShortestMilliseconds + ((long)connections * EachMilliseconds), FewMilliseconds, LongestMilliseconds);
        return new Farewells(static _ => true, StreamCloseCode.Restarting, ShortestMilliseconds, (int)longest);
    }
}
