namespace Culvert.Client;

/// <summary>A stream stopped and will be taken up again.</summary>
/// <param name="Why">What happened, for people: <c>restarting</c>, <c>no byte for 45 s</c>.</param>
/// <param name="Delay">How long until the next attempt.</param>
/// <param name="Cursor">Where it will go on; null when nothing with a cursor came.</param>
/// <param name="Error">The failure beneath; null when the server ended the stream properly.</param>
public sealed record FollowBreak(string Why, TimeSpan Delay, string? Cursor, Exception? Error);
