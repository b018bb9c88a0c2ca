namespace Culvert.Protocol.Rooms;

/// <summary>Body of the moderation requests. Immutable.</summary>
public sealed record ModerationBody
{
    /// <summary>The user it is about; not for <c>clear</c>.</summary>
    public string? User { get; init; }

    /// <summary>The reason, at most 500 characters.</summary>
    public string? Why { get; init; }

    /// <summary>End of a ban or mute, UTC Unix milliseconds; null for none.</summary>
    public long? Until { get; init; }
}
