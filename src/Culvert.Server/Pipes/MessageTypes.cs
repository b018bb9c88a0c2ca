namespace Culvert.Server.Pipes;

/// <summary>What messages a route lets through; others are refused with 1003.</summary>
public enum MessageTypes
{
    /// <summary>Texts and binary messages.</summary>
    Any,

    /// <summary>Texts.</summary>
    Text,

    /// <summary>Binary messages.</summary>
    Binary,
}
