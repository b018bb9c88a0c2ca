namespace Culvert.Protocol.Rooms;

/// <summary>Answer of a publish, after the commit; an array of them for a batch. Immutable.</summary>
public sealed record PublishReply
{
    /// <summary>Offset of the message, of the original when <see cref="Dup"/>.</summary>
    public required long Offset { get; init; }

    /// <summary>Number of the message, of the original when <see cref="Dup"/>.</summary>
    public required long Seq { get; init; }

    /// <summary>True when the key was used before with the same data.</summary>
    public required bool Dup { get; init; }

    /// <summary><c>disk</c> or <c>process</c>.</summary>
    public required string Durable { get; init; }
}
