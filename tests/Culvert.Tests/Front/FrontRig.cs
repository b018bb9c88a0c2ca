using System.Net;
using System.Net.Sockets;
using Culvert.Server.Front;
using Culvert.Tests.Connections;
using Culvert.Tests.Files;
using Culvert.Tests.Support;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Front;

/// <summary>A front with a port, files and a time of its own; nothing takes requests for <c>/app</c>.</summary>
internal sealed class FrontRig : IAsyncDisposable
{
    public FrontRig(FrontLimits? limits = null, TimeProvider? time = null)
    {
        Limits = limits ?? new FrontLimits();
        Answers = new FrontAnswers(Files.Site)
        {
            Routes = FrontRoutes.Of([Endpoint("/app/{**rest}")]),
        };
        Server = new FrontServer(
            Limits, Answers, new SharedPools(), time ?? Time, NullLogger<FrontServer>.Instance);
        Listener = FrontListener.Bind(Server, new IPEndPoint(IPAddress.Loopback, 0));
    }

    public FrontLimits Limits { get; }

    public TempSite Files { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public FrontAnswers Answers { get; }

    public FrontServer Server { get; }

    public FrontListener Listener { get; }

    public static RouteEndpoint Endpoint(string pattern) =>
        new(_ => Task.CompletedTask, RoutePatternFactory.Parse(pattern), 0, null, null);

    /// <summary>A client on a connection that the port accepts.</summary>
    public RawClient Connect() => RawClient.Connect(Listener.EndPoint);

    /// <summary>A connection beside the port, served from <see cref="FrontConnection.Start"/> on.</summary>
    public FrontConnection Join(SocketPair pair)
    {
        var connection = new FrontConnection(Server, Listener, pair.Ours);
        Assert.True(Server.Connections.TryAdd(connection));
        return connection;
    }

    /// <summary>Lets time pass; all that is due by then has happened, or happens at once.</summary>
    public void Pass(TimeSpan time) => Time.Advance(time + (3 * ConnectionTable.Tick));

    /// <summary>A connection without a peer.</summary>
    public FrontConnection Lone(string address = "127.0.0.1") =>
        new(Server, Listener, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1),
        };

    public async ValueTask DisposeAsync()
    {
        await Listener.DisposeAsync();
        await Server.DisposeAsync();
        await Files.DisposeAsync();
    }
}
