namespace Culvert.Client.Tunnels;

/// <summary>What a <see cref="TunnelException"/> arose from.</summary>
public enum TunnelStage
{
    /// <summary>The session was being opened.</summary>
    Connect,

    /// <summary>Names were being registered.</summary>
    Register,

    /// <summary>A stream to a target was being opened.</summary>
    Open,

    /// <summary>A target was being checked.</summary>
    Check,

    /// <summary>The session was there, and ended.</summary>
    Session,
}
