using System.Buffers;
using System.Net;
using Culvert.Server.Connections;
using Culvert.Server.Files;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Culvert.Server.Front;

/// <summary>What all listeners and connections of the front share. One a server.</summary>
internal sealed partial class FrontServer : IAsyncDisposable
{
    /// <summary>
    /// How long an application may still answer a peer that has ended its side. With a tick of the sweep it stays
    /// under a second: so soon a stream must notice that nobody reads it.
    /// </summary>
    public static readonly TimeSpan HalfClosedTime = TimeSpan.FromMilliseconds(400);

    /// <summary>How long a refused peer may go on sending before the connection is closed.</summary>
    public static readonly TimeSpan DiscardTime = TimeSpan.FromSeconds(2);

    /// <summary>The same while the server stops: who reads is told in time, and who does not holds nobody up.</summary>
    public static readonly TimeSpan DrainTime = TimeSpan.FromMilliseconds(200);

    private readonly ILogger<FrontServer> _logger;

    public FrontServer(
        FrontLimits limits,
        FrontAnswers answers,
        IMemoryPoolFactory<byte> pools,
        TimeProvider time,
        ILogger<FrontServer> logger,
        SocketLoops? loops = null)
    {
        Loops = loops;
        Pool = pools.Create();
        Limits = limits;
        Time = time;
        Answers = answers;
        Clock = new FrontClock(time);
        Connections = new ConnectionTable(limits, Clock, time);
        _logger = logger;
    }

    public FrontLimits Limits { get; }

    public TimeProvider Time { get; }

    public FrontAnswers Answers { get; }

    /// <summary>Wait for connections that leave HTTP; null for .NET's sockets.</summary>
    public SocketLoops? Loops { get; }

    /// <summary>Where answers are noted; null for nowhere. Set before the port opens, after the warm-up.</summary>
    public AccessLog? Access { get; set; }

    /// <summary>
    /// Blocks for the answers of the HTTP server, which counts on getting one when it asks for no bytes.
    /// </summary>
    public MemoryPool<byte> Pool { get; }

    public FrontClock Clock { get; }

    public ConnectionTable Connections { get; }

    /// <summary>Takes connections that begin with HTTP/2.</summary>
    public Http2Listener Http2 { get; } = new();

    /// <summary>A fault of ours, which ended one connection.</summary>
    public void Report(EndPoint? peer, Exception exception) => Log.ConnectionFailed(_logger, peer, exception);

    /// <summary>The system could not accept a connection.</summary>
    public void ReportAccept(Exception exception) => Log.AcceptFailed(_logger, exception.Message);

    public async ValueTask DisposeAsync()
    {
        await Connections.DisposeAsync();
        Pool.Dispose();
    }
}
