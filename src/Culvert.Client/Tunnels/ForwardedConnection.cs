namespace Culvert.Client.Tunnels;

/// <summary>One connection that a forward made, at its end. Immutable.</summary>
/// <param name="From">Who asked: an address, or the user that the server names.</param>
/// <param name="Target">Where it went.</param>
/// <param name="SentBytes">Bytes from who asked to the target.</param>
/// <param name="ReceivedBytes">Bytes back.</param>
/// <param name="Duration">From the first byte that could flow to the end; zero when none could.</param>
/// <param name="Error">What broke it or kept it from being made, in a few words; null after a proper end.</param>
public sealed record ForwardedConnection(
    string From, string Target, long SentBytes, long ReceivedBytes, TimeSpan Duration, string? Error);
