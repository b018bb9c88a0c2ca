namespace Culvert.Client.Messages;

/// <summary>What a message is made of (RFC 6455 §5.6).</summary>
public enum MessageKind
{
    /// <summary>Text in UTF-8.</summary>
    Text,

    /// <summary>Any bytes.</summary>
    Binary,
}
