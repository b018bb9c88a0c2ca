namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Why an end of a pipe could not be opened.</summary>
internal enum EndpointFailure
{
    /// <summary>The name has no address.</summary>
    CannotResolve,

    /// <summary>The address may not be connected to.</summary>
    NotAllowed,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>The network does not lead there, or the connection broke before it was of use.</summary>
    Unreachable,

    /// <summary>No answer within the limit.</summary>
    TimedOut,

    /// <summary>The certificate is not trusted.</summary>
    NotTrusted,

    /// <summary>TLS failed for another reason.</summary>
    TlsFailed,

    /// <summary>The proxy did not connect through.</summary>
    ProxyRefused,

    /// <summary>The server answered with another status than 101.</summary>
    HandshakeRefused,

    /// <summary>The server's answer is no WebSocket handshake.</summary>
    HandshakeInvalid,

    /// <summary>The address to listen at cannot be had.</summary>
    CannotListen,

    /// <summary>The program did not start.</summary>
    CannotStart,
}
