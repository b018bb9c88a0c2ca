namespace Culvert.Protocol.WebSockets;

/// <summary>
/// The close codes of RFC 6455 §7.4.1 and of the IANA registry behind it. Plain numbers, because applications use the
/// whole range 3000–4999 beside these.
/// </summary>
public static class CloseCode
{
    /// <summary>The purpose of the connection is fulfilled.</summary>
    public const int Normal = 1000;

    /// <summary>The endpoint is going away: a server stops, a browser leaves the page.</summary>
    public const int GoingAway = 1001;

    /// <summary>The peer broke the protocol.</summary>
    public const int ProtocolError = 1002;

    /// <summary>
    /// A kind of message that the endpoint cannot accept, such as binary where only text is understood.
    /// </summary>
    public const int UnsupportedData = 1003;

    /// <summary>Never on the wire: stands for a Close frame without a code.</summary>
    public const int NoStatus = 1005;

    /// <summary>Never on the wire: stands for a transport that ended without a Close frame.</summary>
    public const int Abnormal = 1006;

    /// <summary>Data that is not what its message type says, such as text that is not UTF-8.</summary>
    public const int InvalidPayload = 1007;

    /// <summary>A message that the endpoint's rules forbid, where no other code fits.</summary>
    public const int PolicyViolation = 1008;

    /// <summary>A message over the endpoint's limit.</summary>
    public const int MessageTooBig = 1009;

    /// <summary>Sent by a client whose required extension the server did not agree to.</summary>
    public const int MandatoryExtension = 1010;

    /// <summary>The endpoint met an unexpected condition.</summary>
    public const int InternalError = 1011;

    /// <summary>The service restarts; come back after a random wait.</summary>
    public const int ServiceRestart = 1012;

    /// <summary>The service is overloaded; come back later, or to another address.</summary>
    public const int TryAgainLater = 1013;

    /// <summary>A gateway got an invalid answer from its back end.</summary>
    public const int BadGateway = 1014;

    /// <summary>Never on the wire: stands for a TLS handshake that failed.</summary>
    public const int TlsHandshake = 1015;

    /// <summary>
    /// Whether a Close frame may carry <paramref name="code"/>, sent or received (§7.4): 1000–1003, 1007–1014 and
    /// 3000–4999. A received code outside of these is a protocol error. 1004 is reserved without a meaning, 1005, 1006
    /// and 1015 are for reporting only, 1016–2999 belong to future revisions of the protocol.
    /// </summary>
    public static bool IsValidOnWire(int code) => code is
        (>= Normal and <= UnsupportedData)
        or (>= InvalidPayload and <= BadGateway)
        or (>= 3000 and <= 4999);
}
