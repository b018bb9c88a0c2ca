using Culvert.Protocol.Rooms;

namespace Culvert.Server.Rooms;

/// <summary>One committed event, owned: as another node tells of it, or as it was read from the store.</summary>
/// <remarks>Immutable; its memory is never changed.</remarks>
internal sealed record LogEvent
{
    public required EventKind Kind { get; init; }

    public required long Offset { get; init; }

    /// <summary>Number of the message it is or is about; 0 when it is about none.</summary>
    public long Seq { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long At { get; init; }

    public int Rev { get; init; }

    /// <summary>UTF-8 name of who acted; empty for the server itself.</summary>
    public ReadOnlyMemory<byte> Actor { get; init; }

    /// <summary>Idempotency key; null for none.</summary>
    public string? Key { get; init; }

    /// <summary>Compact JSON of a message or edit; empty for other kinds, and when erased.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>True when the text was erased meanwhile; only from the store.</summary>
    public bool Erased { get; init; }

    /// <summary>As <see cref="Append.Detail"/>.</summary>
    public ReadOnlyMemory<byte> Detail { get; init; }
}
