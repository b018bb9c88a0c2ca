namespace Culvert.Protocol.Multiplexing;

/// <summary>Which end of the session this is. It decides the ids of the streams that are opened here.</summary>
public enum MuxRole
{
    /// <summary>The end that opened the carrier; its streams have odd ids.</summary>
    Client,

    /// <summary>The end that accepted the carrier; its streams have even ids.</summary>
    Server,
}
