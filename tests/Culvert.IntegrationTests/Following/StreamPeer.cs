using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Following;

/// <summary>The streaming server in Python, which knows nothing of Culvert.</summary>
internal static class StreamPeer
{
    /// <summary>Starts it; it listens when this returns.</summary>
    public static async Task<ChildProcess> StartAsync(int port)
    {
        var peer = ChildProcess.Start(
            Programs.Python, [Programs.Peer("stream_aiohttp.py"), port.ToString(provider: null)]);
        await peer.Output.FirstAsync(_ => true).Within(30);
        return peer;
    }
}
