namespace Culvert.Client.Messages;

/// <summary>What becomes of a message that is sent while a lost connection is being opened again.</summary>
public enum SendPolicy
{
    /// <summary>Sending throws, so that the program decides. The default.</summary>
    Fail,

    /// <summary>
    /// It waits for the connection, within <see cref="ReconnectOptions.BufferBytes"/> and
    /// <see cref="ReconnectOptions.BufferAge"/>; what finds no room throws.
    /// </summary>
    Buffer,

    /// <summary>It is dropped and counted: right for readings that the next one replaces.</summary>
    Drop,
}
