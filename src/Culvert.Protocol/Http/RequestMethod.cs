namespace Culvert.Protocol.Http;

/// <summary>The method of a request (RFC 9110 §9, RFC 5789). Case-sensitive: "get" is none of these.</summary>
public enum RequestMethod
{
    /// <summary>Not read, or no method of this list; a head with such a method is never complete.</summary>
    Unknown,

    /// <summary>GET.</summary>
    Get,

    /// <summary>HEAD.</summary>
    Head,

    /// <summary>POST.</summary>
    Post,

    /// <summary>PUT.</summary>
    Put,

    /// <summary>PATCH.</summary>
    Patch,

    /// <summary>DELETE.</summary>
    Delete,

    /// <summary>OPTIONS.</summary>
    Options,

    /// <summary>TRACE; a head with it is always refused.</summary>
    Trace,

    /// <summary>CONNECT; a head with it is always refused.</summary>
    Connect,
}
