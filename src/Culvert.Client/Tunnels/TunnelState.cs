namespace Culvert.Client.Tunnels;

/// <summary>How far a <see cref="TunnelSession"/> is.</summary>
public enum TunnelState
{
    /// <summary>There is no connection: the first one is being opened, or a lost one again.</summary>
    Connecting,

    /// <summary>Streams can be opened, and every name is registered.</summary>
    Connected,

    /// <summary>The end; there is no way back.</summary>
    Closed,
}
