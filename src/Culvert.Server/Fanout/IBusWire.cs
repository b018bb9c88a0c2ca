namespace Culvert.Server.Fanout;

/// <summary>What carries frames between nodes: a server that all of them connect to.</summary>
/// <remarks>
/// Methods throw whatever exception tells best what went wrong; the caller ends the connection and makes a new one.
/// </remarks>
internal interface IBusWire
{
    /// <summary>What it is and where, for the log; no secrets.</summary>
    string Name { get; }

    /// <summary>The largest frame it carries.</summary>
    int MaxFrameBytes { get; }

    /// <summary>Connects to hear. What others send after it returned is heard.</summary>
    Task<IBusListener> ListenAsync(CancellationToken cancellationToken);

    /// <summary>Connects to send.</summary>
    Task<IBusSpeaker> SpeakAsync(CancellationToken cancellationToken);
}
