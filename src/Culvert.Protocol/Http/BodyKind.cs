namespace Culvert.Protocol.Http;

/// <summary>How the end of a request's body is found (RFC 9112 §6).</summary>
public enum BodyKind
{
    /// <summary>There is no body.</summary>
    None,

    /// <summary>The body has a length that the head names.</summary>
    Length,

    /// <summary>The body comes in chunks and says itself where it ends.</summary>
    Chunked,
}
