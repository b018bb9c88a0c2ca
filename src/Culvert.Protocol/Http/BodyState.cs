namespace Culvert.Protocol.Http;

/// <summary>How far a <see cref="BodyScanner"/> has come.</summary>
public enum BodyState
{
    /// <summary>The body goes on behind the bytes given.</summary>
    More,

    /// <summary>The body has ended; the next byte belongs to the next request.</summary>
    Ended,

    /// <summary>The framing is broken: the connection must be closed after the answer.</summary>
    Bad,
}
