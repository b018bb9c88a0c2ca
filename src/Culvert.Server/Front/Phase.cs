namespace Culvert.Server.Front;

/// <summary>What a connection is waiting for, which decides how long it may.</summary>
internal enum Phase
{
    /// <summary>Nothing that the front limits: the application has the request, or a session after it.</summary>
    Application,

    /// <summary>The first byte after the connection was accepted.</summary>
    FirstByte,

    /// <summary>The rest of a request's head; the time runs from its first byte on.</summary>
    Head,

    /// <summary>The next request.</summary>
    Idle,

    /// <summary>The peer to take more of an answer; the time starts again whenever it did.</summary>
    Sending,

    /// <summary>The rest of a body that nobody wants, or what the peer still sends after a refusal.</summary>
    Discarding,

    /// <summary>An answer to a peer that has ended its side: a short request still gets one.</summary>
    Ending,
}
