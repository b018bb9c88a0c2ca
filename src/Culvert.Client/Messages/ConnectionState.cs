namespace Culvert.Client.Messages;

/// <summary>How far a <see cref="MessageClient"/> is.</summary>
public enum ConnectionState
{
    /// <summary>There is no connection: the first one is being opened, or a lost one again.</summary>
    Connecting,

    /// <summary>Messages flow.</summary>
    Open,

    /// <summary>This side closed; the other's answer is awaited.</summary>
    Closing,

    /// <summary>The end; there is no way back.</summary>
    Closed,
}
