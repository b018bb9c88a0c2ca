namespace Culvert.Client.Tunnels;

/// <summary>How a <see cref="DuplexStream"/> ended.</summary>
public enum DuplexStreamEnd
{
    /// <summary>It has not.</summary>
    None,

    /// <summary>Both sides have finished: the one proper end.</summary>
    Finished,

    /// <summary>The other side reset it, or its target did.</summary>
    Reset,

    /// <summary>It was aborted here.</summary>
    Aborted,

    /// <summary>The connection to the server was lost, or the session has ended.</summary>
    CarrierLost,
}
