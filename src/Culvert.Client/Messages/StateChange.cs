namespace Culvert.Client.Messages;

/// <summary>What <see cref="MessageClient.StateChanged"/> tells.</summary>
/// <param name="Before">The state until now.</param>
/// <param name="State">The state from now on.</param>
/// <param name="Closed">How the connection ended, when it did; otherwise null.</param>
public readonly record struct StateChange(ConnectionState Before, ConnectionState State, CloseInfo? Closed);
