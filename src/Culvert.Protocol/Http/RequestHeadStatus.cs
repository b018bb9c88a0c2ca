namespace Culvert.Protocol.Http;

/// <summary>What <see cref="RequestHeadReader"/> found.</summary>
public enum RequestHeadStatus
{
    /// <summary>The head is not whole yet; read more behind the same bytes and call again.</summary>
    Incomplete,

    /// <summary>The head is whole and good.</summary>
    Complete,

    /// <summary>The head is bad, and no further byte would mend it; the refusal says why.</summary>
    Refused,

    /// <summary>Not HTTP/1: the bytes begin with the whole preface of HTTP/2 (RFC 9113 §3.4).</summary>
    Http2Preface,
}
