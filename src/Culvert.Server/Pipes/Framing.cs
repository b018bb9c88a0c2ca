namespace Culvert.Server.Pipes;

/// <summary>What a message of a WebSocket is on a leg of bytes.</summary>
public enum Framing
{
    /// <summary>Its bytes, without a mark where it ends.</summary>
    Raw,

    /// <summary>A line; texts with a line feed in them, and binary messages, have no form.</summary>
    Line,

    /// <summary>A line, or several where a text has line feeds in it; binary messages have no form.</summary>
    SplitLine,

    /// <summary>A line with a JSON string, whatever is in the text; binary messages have no form.</summary>
    JsonLine,

    /// <summary>A line of base64 (RFC 4648 §4, padded), of texts as of binary messages.</summary>
    Base64Line,

    /// <summary>Its length in four bytes, the highest first, and its bytes.</summary>
    Length,

    /// <summary>
    /// A byte that says its type, 1 for a text and 2 for a binary message, and then as <see cref="Length"/>.
    /// </summary>
    TypedLength,
}
