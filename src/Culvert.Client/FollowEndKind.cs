namespace Culvert.Client;

/// <summary>The ways an enumeration of a stream can end.</summary>
public enum FollowEndKind
{
    /// <summary>The server ended the stream properly and it is over. The enumeration just ends.</summary>
    Completed,

    /// <summary>Everything up to now was delivered; no more was wanted (<see cref="FollowOptions.Live"/>).</summary>
    CaughtUp,

    /// <summary>The server said <c>bye</c> and that coming back makes no sense, as after a kick. Just ends.</summary>
    Dismissed,

    /// <summary>
    /// No server answered, and no further attempt was wanted; throws <see cref="CulvertConnectException"/>.
    /// </summary>
    CannotConnect,

    /// <summary>The server refused, at first or later; throws <see cref="CulvertProblemException"/>.</summary>
    Refused,

    /// <summary>
    /// The stream was cut, and reconnecting is off; throws <see cref="CulvertStreamBrokenException"/>.
    /// </summary>
    Broken,

    /// <summary>
    /// Nothing came for <see cref="FollowOptions.IdleTimeout"/>, and reconnecting is off; throws
    /// <see cref="CulvertStreamBrokenException"/>.
    /// </summary>
    Silent,
}
