namespace Culvert.Client.Following;

/// <summary>Why a connection, or an attempt at one, came to its end.</summary>
/// <param name="Why">What happened, for people.</param>
/// <param name="After">How long the server asks to wait; null when it did not say.</param>
/// <param name="Error">The failure beneath.</param>
internal sealed record StreamStop(string Why, TimeSpan? After = null, Exception? Error = null)
{
    /// <summary>Set when following ends here.</summary>
    public FollowEnd? Final { get; init; }
}
