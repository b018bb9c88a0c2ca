namespace Culvert.Client.Following;

/// <summary>What waiting for more of a stream came to.</summary>
internal enum StreamFill
{
    /// <summary>There are more bytes.</summary>
    More,

    /// <summary>The body ended as its framing says.</summary>
    End,

    /// <summary>The connection went before the body's end.</summary>
    Cut,

    /// <summary>Nothing came for too long.</summary>
    Silent,
}
