namespace Culvert.Server.Rooms;

/// <summary>A piece of a list of rooms, by name key. Immutable.</summary>
internal sealed record RoomQuery
{
    /// <summary>Who asks.</summary>
    public long UserId { get; init; }

    /// <summary>True for one who may know of every room but the direct ones of others.</summary>
    public bool All { get; init; }

    public RoomShow Show { get; init; }

    /// <summary>Where the piece begins, exclusive; empty for the beginning of the list.</summary>
    public string Key { get; init; } = "";

    /// <summary>True for what is before <see cref="Key"/>, from there backwards.</summary>
    public bool IsBack { get; init; }

    public int Limit { get; init; } = int.MaxValue;

    /// <summary>UTC Unix milliseconds.</summary>
    public long Now { get; init; }
}
