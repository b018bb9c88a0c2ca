namespace Culvert.Protocol.Http;

/// <summary>The form of a request target (RFC 9112 §3.2).</summary>
public enum TargetForm
{
    /// <summary>A path and perhaps a query.</summary>
    Origin,

    /// <summary>A whole http or https URI, as clients send it to a proxy.</summary>
    Absolute,

    /// <summary>Host and port, for CONNECT only; a head with it is always refused.</summary>
    Authority,

    /// <summary>The star that stands for the server as a whole; for OPTIONS only.</summary>
    Asterisk,
}
