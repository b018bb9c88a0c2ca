namespace Culvert.Protocol.Rooms;

/// <summary>One reply to a command as a client sees it. Immutable. docs/protocol.md, "Replies".</summary>
public sealed record CommandReply
{
    /// <summary>Id of the command; null when it had none or could not be read.</summary>
    public long? Re { get; init; }

    /// <summary>UTF-8 JSON of the object <c>ok</c>; empty when the command failed.</summary>
    public ReadOnlyMemory<byte> Ok { get; init; }

    /// <summary>Code of the error; null when the command succeeded. See <see cref="ErrorCode.Find"/>.</summary>
    public string? Code { get; init; }

    /// <summary>What went wrong, for people.</summary>
    public string? Why { get; init; }

    /// <summary>Whether the same command may succeed later.</summary>
    public bool Retry { get; init; }

    /// <summary>Milliseconds to wait before that; null when the line does not say.</summary>
    public int? AfterMs { get; init; }
}
