namespace Culvert.Chat.Uploads;

/// <summary>What is kept of one uploaded file beside its bytes. Immutable.</summary>
internal sealed record FileRecord
{
    /// <summary>26 letters and digits that nobody can guess; also its name on the disk.</summary>
    public required string Id { get; init; }

    public required long RoomId { get; init; }

    /// <summary>The message that has it; 0 before that is sent, -1 when it only waits to leave the disk.</summary>
    public long Seq { get; init; }

    /// <summary>Who sent it here.</summary>
    public required long UserId { get; init; }

    /// <summary>As <see cref="FileNames.Clean"/> left it.</summary>
    public required string Name { get; init; }

    /// <summary>The media type that the first bytes show; nothing that the sender said.</summary>
    public required string Type { get; init; }

    /// <summary>In bytes.</summary>
    public required long Size { get; init; }

    /// <summary>In pixels; 0 for anything but a picture that may be shown.</summary>
    public int Width { get; init; }

    /// <summary>In pixels; 0 for anything but a picture that may be shown.</summary>
    public int Height { get; init; }

    /// <summary>UTC Unix milliseconds.</summary>
    public required long CreatedAt { get; init; }
}
