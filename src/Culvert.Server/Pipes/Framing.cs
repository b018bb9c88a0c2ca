namespace Culvert.Server.Pipes;

/// <summary>What a message of a WebSocket is on a leg of bytes.</summary>
public enum Framing
{
    /// <summary>Its bytes, without a mark where it ends.</summary>
    Raw,

    /// <summary>A line; texts with a line feed in them, and binary messages, have no form.</summary>
    Line,

    /// <summary>Its length in four bytes, the highest first, and its bytes.</summary>
    Length,
}
