using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Relaying;

/// <summary>Why a session ended: the words of the log and of the metrics.</summary>
internal static class RelayReason
{
    public const string Close = "close";
    public const string Disconnect = "disconnect";
    public const string Reset = "reset";
    public const string Eof = "eof";
    public const string HalfClose = "half-close";
    public const string ProtocolError = "protocol-error";
    public const string TooBig = "too-big";
    public const string Unsupported = "unsupported";
    public const string Policy = "policy";
    public const string PingTimeout = "ping-timeout";
    public const string Stalled = "stalled";
    public const string Idle = "idle";
    public const string MaxAge = "max-age";
    public const string Shutdown = "shutdown";
    public const string AuthExpired = "auth-expired";
    public const string Internal = "internal";

    /// <summary>Of a rule that a peer broke, by the close code that it is told.</summary>
    public static string OfViolation(int code) => code switch
    {
        CloseCode.MessageTooBig => TooBig,
        CloseCode.PolicyViolation => Policy,
        CloseCode.UnsupportedData => Unsupported,
        _ => ProtocolError,
    };
}
