namespace Culvert.Protocol.WebSockets;

/// <summary>
/// Decides who says what when a connection closes (RFC 6455 §7), for either end. Does no I/O and knows no time: each
/// method says what its owner has to do. Not for concurrent use; reading and writing sides take turns.
/// </summary>
/// <param name="role">Which end this is.</param>
public sealed class CloseHandshake(WebSocketRole role)
{
    /// <summary>How far it is. At <see cref="CloseState.Open"/> alone may messages, pings and pongs be sent.</summary>
    public CloseState State { get; private set; }

    /// <summary>
    /// How the connection ended, for the log and the application: the peer's code, 1005 for its empty Close, the code
    /// of our failure, or 1006 when the transport ended without a Close from the peer. 0 until then.
    /// </summary>
    public int Code { get; private set; }

    /// <summary>The reason that belongs to <see cref="Code"/>; may be empty.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>Whether Close frames went both ways (§7.1.4).</summary>
    public bool WasClean { get; private set; }

    /// <summary>We want to close. Repeating it, or closing what closes already, asks for nothing.</summary>
    /// <param name="code">A code for which <see cref="CloseCode.IsValidOnWire"/> holds.</param>
    /// <param name="reason">For people; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent.</exception>
    public CloseStep Close(int code = CloseCode.Normal, string reason = "")
    {
        if (!CloseCode.IsValidOnWire(code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code may not be sent.");
        }

        if (State != CloseState.Open)
        {
            return Quiet(CloseNext.Nothing);
        }

        State = CloseState.CloseSent;
        return new CloseStep(true, code, reason, CloseNext.AwaitPeerClose);
    }

    /// <summary>
    /// The peer's Close arrived. The answer carries the peer's code (§5.5.1); an empty Close is answered with an
    /// explicit 1000, because some peers take an empty one for an error.
    /// </summary>
    /// <param name="code">The code received, or <see cref="CloseCode.NoStatus"/>.</param>
    /// <param name="reason">The reason received.</param>
    public CloseStep PeerClosed(int code, string reason)
    {
        if (State == CloseState.Done)
        {
            return Quiet(CloseNext.Nothing);
        }

        var next = role == WebSocketRole.Server ? CloseNext.EndTransport : CloseNext.AwaitTransportEnd;
        var sends = State == CloseState.Open;
        End(code, reason, clean: true);
        return sends
            ? new CloseStep(true, code == CloseCode.NoStatus ? CloseCode.Normal : code, "", next)
            : Quiet(next);
    }

    /// <summary>
    /// The peer broke a rule, or we cannot go on (§7.1.7): tell it once, then end the transport without waiting.
    /// </summary>
    /// <param name="code">The code to send, such as that of a <see cref="WebSocketEventKind.Failure"/>.</param>
    /// <param name="reason">For people; may be empty.</param>
    /// <exception cref="ArgumentOutOfRangeException">The code may not be sent.</exception>
    public CloseStep Fail(int code, string reason)
    {
        if (!CloseCode.IsValidOnWire(code))
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "This code may not be sent.");
        }

        if (State == CloseState.Done)
        {
            return Quiet(CloseNext.Nothing);
        }

        var sends = State == CloseState.Open;
        End(code, reason, clean: false);
        return sends ? new CloseStep(true, code, reason, CloseNext.EndTransport) : Quiet(CloseNext.EndTransport);
    }

    /// <summary>The transport ended or broke, or waiting for it took too long: nothing can be sent any more.</summary>
    public CloseStep TransportEnded()
    {
        if (State != CloseState.Done)
        {
            End(CloseCode.Abnormal, "", clean: false);
        }

        return Quiet(CloseNext.EndTransport);
    }

    private void End(int code, string reason, bool clean)
    {
        State = CloseState.Done;
        Code = code;
        Reason = reason;
        WasClean = clean;
    }

    private static CloseStep Quiet(CloseNext next) => new(false, 0, "", next);
}
