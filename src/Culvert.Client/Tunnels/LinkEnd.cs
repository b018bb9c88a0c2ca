using Culvert.Protocol.Rooms;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Tunnels;

/// <summary>How a link to the server ended. Immutable.</summary>
/// <param name="Code">The code of the server's Close; 0 where there was none.</param>
/// <param name="Why">In a few words.</param>
internal sealed record LinkEnd(int Code, string Why)
{
    /// <summary>The server goes away, and has not closed yet.</summary>
    public static readonly LinkEnd Leaving = new(0, "the server is stopping");

    /// <summary>
    /// Whether coming back makes no sense, or harm: two agents would take a name from each other for ever.
    /// </summary>
    public bool IsFinal => IsTakenOver || Code == CloseCode.PolicyViolation;

    private bool IsTakenOver => Code == StreamCloseCode.TakenOver.WebSocketCode;

    public TunnelException ToException()
    {
        if (!IsFinal)
        {
            return new TunnelException(TunnelStage.Session, TunnelException.CarrierLost, Why) { MayPass = true };
        }

        return IsTakenOver
            ? new TunnelException(
                TunnelStage.Session,
                StreamCloseCode.TakenOver.Why,
                "taken over: another agent with the same instance has registered the name")
            : new TunnelException(
                TunnelStage.Session, StreamCloseCode.SessionEnded.Why, $"the server ended the session: {Why}");
    }
}
