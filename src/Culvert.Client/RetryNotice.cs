namespace Culvert.Client;

/// <summary>A request failed in a way that may pass, and is about to be sent again.</summary>
/// <param name="Error">What happened.</param>
/// <param name="Delay">How long until the next attempt.</param>
/// <param name="Attempt">Attempts so far, from 1.</param>
public sealed record RetryNotice(CulvertException Error, TimeSpan Delay, int Attempt);
