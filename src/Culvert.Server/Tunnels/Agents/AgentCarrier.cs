using System.Net;
using Culvert.Client.Multiplexing;
using Culvert.Server.Rooms;

namespace Culvert.Server.Tunnels.Agents;

/// <summary>One WebSocket of an agent, and the streams on it.</summary>
internal sealed class AgentCarrier(
    AgentSession session, Caller caller, IPAddress? address, WebSocketCarrier wire, MuxSession mux)
{
    private volatile bool _isEnding;

    public AgentSession Session => session;

    /// <summary>Who opened it, and what the credential allows.</summary>
    public Caller Caller => caller;

    /// <summary>Where it comes from; null when not known.</summary>
    public IPAddress? Address => address;

    public MuxSession Mux => mux;

    public WebSocketCarrier Wire => wire;

    /// <summary>True when it takes no streams any more.</summary>
    public bool IsEnding => _isEnding || mux.PeerLeaves.IsCompleted;

    /// <summary>Ends it: the peer is told with a GoAway and a Close. Does not wait; the first end counts.</summary>
    public void End(int code, string why)
    {
        _isEnding = true;
        wire.PartWith(code, why);
        mux.Stop();
    }

    /// <summary>Takes no streams any more, and completes when those that are open have ended.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        _isEnding = true;
        return mux.GoAwayAsync(cancellationToken);
    }
}
