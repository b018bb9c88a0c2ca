namespace Culvert.Protocol.Http;

/// <summary>Header fields that a <see cref="RequestHead"/> remembers; others are checked and passed over.</summary>
public enum RequestField
{
    /// <summary>None of these.</summary>
    Unknown,

    /// <summary>Host.</summary>
    Host,

    /// <summary>Connection.</summary>
    Connection,

    /// <summary>Content-Length.</summary>
    ContentLength,

    /// <summary>Transfer-Encoding.</summary>
    TransferEncoding,

    /// <summary>Expect.</summary>
    Expect,

    /// <summary>Upgrade.</summary>
    Upgrade,

    /// <summary>If-Match.</summary>
    IfMatch,

    /// <summary>If-None-Match.</summary>
    IfNoneMatch,

    /// <summary>If-Modified-Since.</summary>
    IfModifiedSince,

    /// <summary>If-Unmodified-Since.</summary>
    IfUnmodifiedSince,

    /// <summary>If-Range.</summary>
    IfRange,

    /// <summary>Range.</summary>
    Range,

    /// <summary>Accept.</summary>
    Accept,

    /// <summary>Accept-Encoding.</summary>
    AcceptEncoding,

    /// <summary>Authorization.</summary>
    Authorization,

    /// <summary>Cookie.</summary>
    Cookie,

    /// <summary>Referer.</summary>
    Referer,

    /// <summary>User-Agent.</summary>
    UserAgent,

    /// <summary>X-Forwarded-For.</summary>
    XForwardedFor,
}
