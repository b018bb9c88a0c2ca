using System.Net;

namespace Culvert.Client.Tunnels;

/// <summary>A forward at work. Disposing of it ends it, and resets its connections.</summary>
public sealed class TunnelForward : IAsyncDisposable
{
    private readonly Func<ValueTask> _stop;

    internal TunnelForward(string from, string to, IPEndPoint? localEndPoint, Func<ValueTask> stop)
    {
        From = from;
        To = to;
        LocalEndPoint = localEndPoint;
        _stop = stop;
    }

    /// <summary>Where connections come in: a local address, or a name.</summary>
    public string From { get; }

    /// <summary>Where they go.</summary>
    public string To { get; }

    /// <summary>Where it listens on this machine, with the port that was found for port 0; null for a name.</summary>
    public IPEndPoint? LocalEndPoint { get; }

    /// <summary>Ends it. Connections of a name end with the session.</summary>
    public ValueTask DisposeAsync() => _stop();
}
