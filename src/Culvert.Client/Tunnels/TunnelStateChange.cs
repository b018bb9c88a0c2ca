namespace Culvert.Client.Tunnels;

/// <summary>What <see cref="TunnelSession.StateChanged"/> tells.</summary>
/// <param name="Before">The state until now. The same as the next one after another attempt that failed.</param>
/// <param name="State">The state from now on.</param>
/// <param name="Error">What ended the connection or the attempt; null where nothing failed.</param>
/// <param name="Delay">How long until the next attempt; null where there is none.</param>
public readonly record struct TunnelStateChange(
    TunnelState Before, TunnelState State, TunnelException? Error, TimeSpan? Delay);
