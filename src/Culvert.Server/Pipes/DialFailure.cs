namespace Culvert.Server.Pipes;

/// <summary>Why a far end could not be reached.</summary>
internal enum DialFailure
{
    /// <summary>It was.</summary>
    None,

    /// <summary>Its name has no address.</summary>
    Dns,

    /// <summary>Nobody listens there.</summary>
    Refused,

    /// <summary>There is no way there.</summary>
    Unreachable,

    /// <summary>TLS could not be agreed on, or the certificate is not to be trusted.</summary>
    Tls,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It closed the connection without an answer.</summary>
    Closed,

    /// <summary>What it said is no proper answer to a handshake.</summary>
    BadAnswer,

    /// <summary>It refused in proper HTTP; the result has its status.</summary>
    Declined,

    /// <summary>The configuration does not allow the address.</summary>
    Prohibited,
}
